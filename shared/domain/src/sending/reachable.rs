//! Reachable recipients, with the unit price of their destination.

use super::{DropReason, Dropped, recipients::Recipient};
use crate::{
    directory::{Directory, Person},
    phone::PhoneNumber,
    pricing::MicroEuros,
    registration::Licensed,
    template::Context,
};

/// A recipient with a reachable number and its price per segment.
#[derive(Clone, Debug)]
pub(super) struct Reachable<'d> {
    pub person: &'d Person,
    pub pupils: Vec<&'d Person>,
    pub phone: PhoneNumber,
    pub unit_price: MicroEuros,
}

/// Splits recipients into reachable and dropped, each of the latter with a reason.
pub(super) fn reachable<'d>(
    recipients: Vec<Recipient<'d>>,
    context: Context,
    licensed: &Licensed,
    directory: &Directory,
    dropped: &mut Vec<Dropped>,
) -> Vec<Reachable<'d>> {
    let mut reached = Vec::with_capacity(recipients.len());
    for Recipient { person, pupils } in recipients {
        match way_to(person, context, licensed, directory) {
            Ok((phone, unit_price)) => reached.push(Reachable { person, pupils, phone, unit_price }),
            Err(reason) => dropped.push(Dropped::new(person, &pupils, reason)),
        }
    }
    reached
}

/// Returns the number and its price per segment, or the reason for dropping the person.
fn way_to(
    person: &Person,
    context: Context,
    licensed: &Licensed,
    directory: &Directory,
) -> Result<(PhoneNumber, MicroEuros), DropReason> {
    if !person.details.accepts_sms {
        return Err(DropReason::OptedOut);
    }
    if person.details.refused_contexts.contains(context) {
        return Err(DropReason::ContextRefused);
    }
    let phone = person.details.phone.ok_or(DropReason::NoMobile)?;
    if let Some(opt_out) = directory.opt_out(phone) {
        let zone = licensed.school().time_zone().clone();
        return Err(DropReason::Stopped(opt_out.at.to_zoned(zone).date(), opt_out.origin));
    }
    let destination = phone.destination();
    let price = licensed.rate_card().unit_price(destination);
    match price.filter(|_| licensed.school().reaches(destination)) {
        Some(price) => Ok((phone, price)),
        None => Err(DropReason::CountryClosed),
    }
}
