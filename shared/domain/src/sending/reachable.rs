//! From the people whom a text concerns to those whom it can reach, at a known price.

use super::{DropReason, Dropped, recipients::Recipient};
use crate::{
    directory::{Directory, Person},
    phone::PhoneNumber,
    pricing::MicroEuros,
    registration::Licensed,
    template::Context,
};

/// Somebody who can be reached, and what a segment costs there.
#[derive(Clone, Debug)]
pub(super) struct Reachable<'d> {
    pub person: &'d Person,
    pub pupils: Vec<&'d Person>,
    pub phone: PhoneNumber,
    pub unit_price: MicroEuros,
}

/// Separates those who can be reached from those who cannot, each for a reason.
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

/// The person's number and what a segment costs there, or why nothing goes there.
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
