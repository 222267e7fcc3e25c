//! The subject of an erasure, and the redaction of messages.

use std::collections::HashSet;

use super::Done;
use crate::{
    id::PersonId,
    phone::PhoneNumber,
    sending::{PlannedMessage, Recipient, RedactedMessage, StoredMessage},
};

/// A person to erase, with the numbers that no other person of the school has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject<'o> {
    pub person: PersonId,
    /// Messages to these numbers were the person's: a test SMS, or a text to a deleted person.
    pub numbers: HashSet<PhoneNumber>,
    /// All others in the directory: messages that they received on a former number of theirs are
    /// theirs.
    pub others: &'o HashSet<PersonId>,
}

impl Subject<'_> {
    /// Whether the person received a message.
    fn received(&self, message: &StoredMessage) -> bool {
        let is_of_another = message.recipient().is_some_and(|recipient| self.others.contains(&recipient));
        message.recipient() == Some(self.person)
            || (!is_of_another && message.phone().is_some_and(|phone| self.numbers.contains(&phone)))
    }

    /// Whether the person received a message or is concerned by it.
    pub fn is_in(&self, message: &StoredMessage) -> bool {
        self.received(message) || message.about().contains(&self.person)
    }

    /// Redacts the person from a message: everything if they received it, the text and their id if it
    /// concerns them.
    pub fn removed_from(&self, message: &StoredMessage) -> StoredMessage {
        if !self.is_in(message) {
            return message.clone();
        }
        let others = message.about().iter().filter(|pupil| **pupil != self.person);
        let others: Vec<PersonId> = others.copied().collect();
        let recipient = if self.received(message) { None } else { recipient(message) };
        StoredMessage::Redacted(RedactedMessage {
            about: if recipient.is_some() { others } else { Vec::new() },
            recipient,
            destination: message.destination(),
            encoding: message.encoding(),
            segments: message.segments(),
            price: message.price(),
        })
    }

    /// Returns what redacting a message counts as; zero if the person is not in it.
    pub fn counted(&self, message: &StoredMessage) -> Done {
        let received = self.received(message);
        let is_about = !received && self.is_in(message) && message.whole().is_some();
        Done { messages: u32::from(received), texts: u32::from(is_about), ..Done::default() }
    }
}

fn recipient(message: &StoredMessage) -> Option<Recipient> {
    match message {
        StoredMessage::Whole(PlannedMessage { recipient, name, phone, .. }) => {
            Some(Recipient { person: *recipient, name: name.clone(), phone: *phone })
        }
        StoredMessage::Redacted(redacted) => redacted.recipient.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        pricing::MicroEuros,
        territory::Territory,
        text::{Encoding, Segments},
    };

    fn person(number: u8) -> PersonId {
        PersonId::from_bytes([number; 16])
    }

    fn phone(last: u8) -> PhoneNumber {
        PhoneNumber::parse(&format!("06399812{last:02}"), Territory::Metropole).unwrap()
    }

    /// A message to a guardian about two children.
    fn message() -> StoredMessage {
        StoredMessage::Whole(PlannedMessage {
            recipient: person(1),
            name: "Claire Martin".to_owned(),
            about: vec![person(2), person(3)],
            phone: phone(1),
            text: "Emma et Hugo sont absents.".to_owned(),
            encoding: Encoding::Gsm7,
            segments: Segments::ONE,
            price: MicroEuros::new(50_000),
        })
    }

    fn without(message: &StoredMessage, number: u8, numbers: &[PhoneNumber]) -> StoredMessage {
        without_among(&HashSet::new(), message, number, numbers)
    }

    fn without_among(
        others: &HashSet<PersonId>,
        message: &StoredMessage,
        number: u8,
        numbers: &[PhoneNumber],
    ) -> StoredMessage {
        let numbers = numbers.iter().copied().collect();
        let subject = Subject { person: person(number), numbers, others };
        let removed = subject.removed_from(message);
        assert!(!subject.is_in(&removed));
        assert_eq!(removed.totals(), message.totals(), "counts and costs stay");
        removed
    }

    #[test]
    fn of_what_went_to_somebody_only_counts_and_costs_are_left() {
        for erased in [without(&message(), 1, &[]), without(&message(), 9, &[phone(1)])] {
            assert_eq!((erased.recipient(), erased.name(), erased.phone()), (None, None, None));
            assert!(erased.about().is_empty() && erased.text().is_none());
        }
    }

    #[test]
    fn of_what_is_about_somebody_the_recipient_and_other_children_are_left() {
        let once = without(&message(), 2, &[phone(7)]);
        assert_eq!((once.recipient(), once.phone()), (Some(person(1)), Some(phone(1))));
        assert_eq!((once.about(), once.text()), (&[person(3)][..], None));
        let twice = without(&once, 3, &[]);
        assert_eq!((twice.name(), twice.about()), (Some("Claire Martin"), &[][..]));
        assert_eq!(without(&twice, 1, &[]).name(), None);
    }

    #[test]
    fn a_message_of_others_stays_as_it_is() {
        assert_eq!(without(&message(), 4, &[phone(7)]), message());
    }

    #[test]
    fn what_somebody_got_at_a_number_that_is_another_ones_now_stays_theirs() {
        let others = HashSet::from([person(1)]);
        assert_eq!(without_among(&others, &message(), 9, &[phone(1)]), message());
    }
}
