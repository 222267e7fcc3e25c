//! The plan of a send: every text and price, and all dropped people.

use sha2::{Digest, Sha256};

use super::{Avoided, Dropped, PickError, PlannedMessage, idempotency::hex};
use crate::{id::PersonId, language::Explain, pricing::MicroEuros, template::Variable, text::Segments};

/// The exact effect of a send, to the last character and cent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The texts, in sending order.
    pub messages: Vec<PlannedMessage>,
    pub dropped: Vec<Dropped>,
    /// Savings.
    pub avoided: Avoided,
}

/// The sums of a plan or of a send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub messages: u32,
    pub segments: u32,
    pub price: MicroEuros,
}

impl Totals {
    /// Sums some messages.
    pub fn of<'m>(messages: impl Iterator<Item = &'m PlannedMessage>) -> Self {
        messages.map(|message| Self::one(message.segments, message.price)).sum()
    }

    /// Returns the totals of one message.
    pub fn one(segments: Segments, price: MicroEuros) -> Self {
        Self { messages: 1, segments: u32::from(segments.get()), price }
    }
}

impl std::iter::Sum for Totals {
    fn sum<I: Iterator<Item = Self>>(totals: I) -> Self {
        totals.fold(Self::default(), |sum, one| Self {
            messages: sum.messages.checked_add(one.messages).expect("a month has fewer than 4,000 million"),
            segments: sum.segments.checked_add(one.segments).expect("a month has fewer than 4,000 million"),
            price: [sum.price, one.price].into_iter().sum(),
        })
    }
}

/// SHA-256 of a plan: recipients, texts and prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDigest(String);

impl PlanDigest {
    /// Length of the digest.
    pub const CHARACTERS: usize = 64;

    /// Returns the digest in lower-case hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnwrittenText {
    pub recipient: PersonId,
    /// First and last name of the recipient, or of the only pupil concerned: the record to check.
    pub name: String,
    /// The only pupil concerned, if any.
    pub about: Option<PersonId>,
    pub reason: Unwritten,
}

/// Why a text could not be rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// These variables have no value.
    Missing(Vec<Variable>),
    /// Exceeds the segment limit.
    TooLong,
    /// The rendered text contains a STOP code, which carriers treat as marketing.
    StopCode,
}

/// Why an order cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// This list does not offer the wording.
    #[error("the view does not offer this audience and context")]
    NotOffered,
    #[error(transparent)]
    Pick(#[from] PickError),
    /// Values for people who get no text.
    #[error("values for {} people who get no text", .0.len())]
    UnusedValues(Vec<PersonId>),
    /// More texts than one send allows.
    #[error("more than {} messages", Plan::MAX_MESSAGES)]
    TooMany,
    /// Some texts lack a value or are too long; the send is all or nothing.
    #[error("{} texts could not be written", .0.len())]
    Unwritten(Vec<UnwrittenText>),
}

impl Plan {
    /// The most texts of one send: more than the guardians of the largest school.
    pub const MAX_MESSAGES: usize = 10_000;

    /// Sums the messages.
    pub fn totals(&self) -> Totals {
        Totals::of(self.messages.iter())
    }

    /// Digest of a preview, so that a send can refuse to deviate from it: every text, number and price,
    /// and every dropped person with the reason.
    pub fn digest(&self) -> PlanDigest {
        let mut hasher = Sha256::new();
        for message in &self.messages {
            hasher.update(message.recipient.to_bytes());
            hasher.update(String::from(message.phone));
            hasher.update(message.price.get().to_be_bytes());
            hasher.update((message.text.len() as u64).to_be_bytes());
            hasher.update(&message.text);
        }
        hasher.update([0xff]);
        for dropped in &self.dropped {
            hasher.update(dropped.person.to_bytes());
            hasher.update((dropped.about.len() as u64).to_be_bytes());
            dropped.about.iter().for_each(|pupil| hasher.update(pupil.to_bytes()));
            hasher.update(dropped.reason.code());
        }
        PlanDigest(hex(&hasher.finalize()))
    }
}
