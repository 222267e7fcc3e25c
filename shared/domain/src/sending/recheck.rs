//! Rechecks delayed messages against the current directory when due.

use super::PlannedMessage;
use crate::{
    delivery::Cancellation,
    directory::{Directory, Person, Silence},
    id::PersonId,
    template::Context,
};

impl PlannedMessage {
    /// Returns why the directory now forbids this text; `None` if it may be sent. People dropped at
    /// planning stay dropped.
    pub fn recheck(&self, context: Context, directory: &Directory) -> Option<Cancellation> {
        let Some(person) = directory.person(self.recipient) else {
            return Some(Cancellation::LeftTheDirectory);
        };
        // A court decision comes first: that reason must not be missed.
        let about: Vec<_> =
            self.about.iter().map(|pupil| against(person, *pupil, context, directory)).collect();
        if about.contains(&Some(Cancellation::CourtDecision)) {
            return Some(Cancellation::CourtDecision);
        }
        let wanted = person.details.accepts_sms && !person.details.refused_contexts.contains(context);
        if !wanted {
            return Some(Cancellation::Unwanted);
        }
        if person.details.phone != Some(self.phone) {
            return Some(Cancellation::NumberChanged);
        }
        if directory.opt_out(self.phone).is_some() {
            return Some(Cancellation::Stopped);
        }
        about.into_iter().flatten().next()
    }
}

/// Returns what forbids contact with a person about one pupil.
fn against(
    person: &Person,
    pupil: PersonId,
    context: Context,
    directory: &Directory,
) -> Option<Cancellation> {
    if directory.shares_a_barred_phone(person, pupil) {
        return Some(Cancellation::CourtDecision);
    }
    let Some(tie) = directory.person(pupil).and_then(|pupil| person.tie_to(pupil.id)) else {
        return Some(Cancellation::LeftTheDirectory);
    };
    tie.silence(context).map(|silence| match silence {
        Silence::NoContact => Cancellation::CourtDecision,
        Silence::ContactOnly | Silence::ChildRefused | Silence::ContextRefused => Cancellation::Unwanted,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{
        audience::Audience,
        directory::{Guardianship, PersonDetails},
        line::Line,
        phone::PhoneNumber,
        pricing::MicroEuros,
        territory::Territory,
        text::{Encoding, Segments},
    };

    fn person(audience: Audience, millisecond: i64) -> Person {
        let details =
            PersonDetails::named(audience, Line::parse("Claire").unwrap(), Line::parse("Martin").unwrap());
        let id = PersonId::generate(Timestamp::from_millisecond(millisecond).unwrap());
        Person { id, details, version: 1 }
    }

    fn phone(number: &str) -> Option<PhoneNumber> {
        Some(PhoneNumber::parse(number, Territory::Metropole).unwrap())
    }

    #[test]
    fn what_changed_while_a_text_waited_keeps_it_from_leaving() {
        let child = person(Audience::Pupils, 1);
        let mut guardian = person(Audience::Guardians, 2);
        guardian.details.phone = phone("0639981010");
        guardian.details.guardianships = vec![Guardianship::new(child.id, 1)];
        let message = PlannedMessage {
            recipient: guardian.id,
            name: "Claire Martin".to_owned(),
            about: vec![child.id],
            phone: guardian.details.phone.unwrap(),
            text: "Emma est absente.".to_owned(),
            encoding: Encoding::Gsm7,
            segments: Segments::ONE,
            price: MicroEuros::ZERO,
        };
        let recheck = |people: Vec<Person>| message.recheck(Context::Absence, &Directory::new(people));
        let with = |change: fn(&mut Person)| {
            let mut changed = guardian.clone();
            change(&mut changed);
            recheck(vec![child.clone(), changed])
        };
        assert_eq!(with(|_| ()), None);
        assert_eq!(recheck(vec![child.clone()]), Some(Cancellation::LeftTheDirectory));
        assert_eq!(recheck(vec![guardian.clone()]), Some(Cancellation::LeftTheDirectory));
        assert_eq!(with(|p| p.details.guardianships.clear()), Some(Cancellation::LeftTheDirectory));
        assert_eq!(with(|p| p.details.phone = phone("0639981011")), Some(Cancellation::NumberChanged));
        assert_eq!(with(|p| p.details.phone = None), Some(Cancellation::NumberChanged));
        assert_eq!(with(|p| p.details.accepts_sms = false), Some(Cancellation::Unwanted));
        assert_eq!(with(|p| p.details.guardianships[0].accepts_sms = false), Some(Cancellation::Unwanted));
        assert_eq!(
            with(|p| {
                p.details.guardianships[0].no_contact = true;
                p.details.phone = None;
            }),
            Some(Cancellation::CourtDecision)
        );
        // A barred person now has the same phone.
        let mut barred = person(Audience::Guardians, 3);
        barred.details.phone = phone("0639981010");
        barred.details.guardianships =
            vec![Guardianship { no_contact: true, ..Guardianship::new(child.id, 2) }];
        let shared = recheck(vec![child.clone(), guardian.clone(), barred]);
        assert_eq!(shared, Some(Cancellation::CourtDecision));
    }
}
