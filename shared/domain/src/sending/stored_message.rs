//! A message of the sent log: whole, or redacted by an erasure.

use super::{PlannedMessage, Totals};
use crate::{
    id::PersonId,
    phone::{Destination, PhoneNumber},
    pricing::MicroEuros,
    text::{Encoding, Segments},
};

/// A message of the sent log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoredMessage {
    Whole(PlannedMessage),
    /// Without its text, because a person concerned was erased.
    Redacted(RedactedMessage),
}

/// A message after an erasure: counts and costs, and the recipient if another person was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedMessage {
    /// Present if the erased person was a child concerned by the message.
    pub recipient: Option<Recipient>,
    /// The remaining children concerned; empty without a recipient.
    pub about: Vec<PersonId>,
    /// The price zone of the number.
    pub destination: Destination,
    pub encoding: Encoding,
    /// Billed segments.
    pub segments: Segments,
    /// `segments × unit price`.
    pub price: MicroEuros,
}

/// The recipient of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    pub person: PersonId,
    /// First and last name at the time of sending.
    pub name: String,
    pub phone: PhoneNumber,
}

impl StoredMessage {
    /// Returns the message unless redacted.
    pub const fn whole(&self) -> Option<&PlannedMessage> {
        match self {
            Self::Whole(message) => Some(message),
            Self::Redacted(_) => None,
        }
    }

    /// Returns the recipient's id.
    pub const fn recipient(&self) -> Option<PersonId> {
        match self {
            Self::Whole(message) => Some(message.recipient),
            Self::Redacted(RedactedMessage { recipient: Some(recipient), .. }) => Some(recipient.person),
            Self::Redacted(_) => None,
        }
    }

    /// Returns the recipient's first and last name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Whole(message) => Some(&message.name),
            Self::Redacted(redacted) => redacted.recipient.as_ref().map(|recipient| recipient.name.as_str()),
        }
    }

    /// Returns the recipient's number.
    pub fn phone(&self) -> Option<PhoneNumber> {
        match self {
            Self::Whole(message) => Some(message.phone),
            Self::Redacted(redacted) => redacted.recipient.as_ref().map(|recipient| recipient.phone),
        }
    }

    /// Returns the recipient's children concerned.
    pub fn about(&self) -> &[PersonId] {
        match self {
            Self::Whole(message) => &message.about,
            Self::Redacted(redacted) => &redacted.about,
        }
    }

    /// Returns the text.
    pub fn text(&self) -> Option<&str> {
        self.whole().map(|message| message.text.as_str())
    }

    /// Returns the price zone of the number.
    pub const fn destination(&self) -> Destination {
        match self {
            Self::Whole(message) => message.phone.destination(),
            Self::Redacted(redacted) => redacted.destination,
        }
    }

    /// Returns the encoding.
    pub const fn encoding(&self) -> Encoding {
        match self {
            Self::Whole(message) => message.encoding,
            Self::Redacted(redacted) => redacted.encoding,
        }
    }

    /// Returns the billed segments.
    pub const fn segments(&self) -> Segments {
        match self {
            Self::Whole(message) => message.segments,
            Self::Redacted(redacted) => redacted.segments,
        }
    }

    /// Returns `segments × unit price`.
    pub const fn price(&self) -> MicroEuros {
        match self {
            Self::Whole(message) => message.price,
            Self::Redacted(redacted) => redacted.price,
        }
    }

    /// Returns the totals of this one message.
    pub fn totals(&self) -> Totals {
        Totals::one(self.segments(), self.price())
    }

    /// Whether a person is its recipient or concerned by it.
    pub fn concerns(&self, person: PersonId) -> bool {
        self.recipient() == Some(person) || self.about().contains(&person)
    }
}
