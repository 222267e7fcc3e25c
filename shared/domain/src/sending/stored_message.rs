//! A message as the sent log keeps it: whole, or what is left of it once a person was erased.

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
    /// As it was sent.
    Whole(PlannedMessage),
    /// Without its text, because somebody whom it concerned was erased.
    Redacted(RedactedMessage),
}

/// What is left of a message: counts and costs, and the recipient if somebody else was erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedactedMessage {
    /// Who got it, if it was a child whom it was about who was erased.
    pub recipient: Option<Recipient>,
    /// The children whom it was about and who were not erased; none without a recipient.
    pub about: Vec<PersonId>,
    /// Where it went, as far as its price tells.
    pub destination: Destination,
    /// How it was encoded.
    pub encoding: Encoding,
    /// What is billed.
    pub segments: Segments,
    /// `segments × unit price`.
    pub price: MicroEuros,
}

/// Somebody who got a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub person: PersonId,
    /// First and last name, as they were then.
    pub name: String,
    /// Where it went.
    pub phone: PhoneNumber,
}

impl StoredMessage {
    /// The message, if nobody whom it concerned was erased.
    pub const fn whole(&self) -> Option<&PlannedMessage> {
        match self {
            Self::Whole(message) => Some(message),
            Self::Redacted(_) => None,
        }
    }

    /// Who got it.
    pub const fn recipient(&self) -> Option<PersonId> {
        match self {
            Self::Whole(message) => Some(message.recipient),
            Self::Redacted(RedactedMessage { recipient: Some(recipient), .. }) => Some(recipient.person),
            Self::Redacted(_) => None,
        }
    }

    /// The recipient's first and last name.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Whole(message) => Some(&message.name),
            Self::Redacted(redacted) => redacted.recipient.as_ref().map(|recipient| recipient.name.as_str()),
        }
    }

    /// Where it went.
    pub fn phone(&self) -> Option<PhoneNumber> {
        match self {
            Self::Whole(message) => Some(message.phone),
            Self::Redacted(redacted) => redacted.recipient.as_ref().map(|recipient| recipient.phone),
        }
    }

    /// The recipient's children on whose account it was sent.
    pub fn about(&self) -> &[PersonId] {
        match self {
            Self::Whole(message) => &message.about,
            Self::Redacted(redacted) => &redacted.about,
        }
    }

    /// What it said.
    pub fn text(&self) -> Option<&str> {
        self.whole().map(|message| message.text.as_str())
    }

    /// Where it went, as far as its price tells.
    pub const fn destination(&self) -> Destination {
        match self {
            Self::Whole(message) => message.phone.destination(),
            Self::Redacted(redacted) => redacted.destination,
        }
    }

    /// How it was encoded.
    pub const fn encoding(&self) -> Encoding {
        match self {
            Self::Whole(message) => message.encoding,
            Self::Redacted(redacted) => redacted.encoding,
        }
    }

    /// What is billed.
    pub const fn segments(&self) -> Segments {
        match self {
            Self::Whole(message) => message.segments,
            Self::Redacted(redacted) => redacted.segments,
        }
    }

    /// `segments × unit price`.
    pub const fn price(&self) -> MicroEuros {
        match self {
            Self::Whole(message) => message.price,
            Self::Redacted(redacted) => redacted.price,
        }
    }

    /// One message, its segments and its price.
    pub fn totals(&self) -> Totals {
        Totals::one(self.segments(), self.price())
    }

    /// Whether it went to a person or is about one.
    pub fn concerns(&self, person: PersonId) -> bool {
        self.recipient() == Some(person) || self.about().contains(&person)
    }
}
