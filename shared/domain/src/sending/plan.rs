//! The plan of a send: every text and price, and everybody who is left out.

use sha2::{Digest, Sha256};

use super::{Avoided, Dropped, PickError, PlannedMessage, idempotency::hex};
use crate::{id::PersonId, language::Explain, pricing::MicroEuros, template::Variable, text::Segments};

/// What a send will do, to the last character and cent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The texts, in the order in which they leave.
    pub messages: Vec<PlannedMessage>,
    /// Who gets none, and why.
    pub dropped: Vec<Dropped>,
    /// What it does not cost.
    pub avoided: Avoided,
}

/// The sums of a plan or of a send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Texts.
    pub messages: u32,
    /// Segments of all texts.
    pub segments: u32,
    /// Price of all texts.
    pub price: MicroEuros,
}

impl Totals {
    /// The sums of some messages.
    pub fn of<'m>(messages: impl Iterator<Item = &'m PlannedMessage>) -> Self {
        messages.map(|message| Self::one(message.segments, message.price)).sum()
    }

    /// One message.
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

/// SHA-256 of a plan: who gets what, and at what price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDigest(String);

impl PlanDigest {
    /// The digits of it.
    pub const CHARACTERS: usize = 64;

    /// Lower-case hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A text that could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnwrittenText {
    /// For whom.
    pub recipient: PersonId,
    /// First and last name of the recipient, or of the one pupil whom it is about: whose record may
    /// lack something.
    pub name: String,
    /// The pupil whom it is about, if it is about one.
    pub about: Option<PersonId>,
    /// Why.
    pub reason: Unwritten,
}

/// Why a text could not be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unwritten {
    /// These variables have no value.
    Missing(Vec<Variable>),
    /// It takes more segments than allowed.
    TooLong,
    /// With its values it carries a STOP code, which carriers take for marketing.
    StopCode,
}

/// Why an order cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// The text cannot be sent from this list.
    #[error("the view does not offer this audience and context")]
    NotOffered,
    /// Nobody could be picked.
    #[error(transparent)]
    Pick(#[from] PickError),
    /// Values were given for people to whom no text goes.
    #[error("values for {} people who get no text", .0.len())]
    UnusedValues(Vec<PersonId>),
    /// More texts than one send may have.
    #[error("more than {} messages", Plan::MAX_MESSAGES)]
    TooMany,
    /// Some texts lack a value or are too long; the whole send waits until all are right.
    #[error("{} texts could not be written", .0.len())]
    Unwritten(Vec<UnwrittenText>),
}

impl Plan {
    /// The most texts that one send may have: more than the guardians of the largest school.
    pub const MAX_MESSAGES: usize = 10_000;

    /// The sums.
    pub fn totals(&self) -> Totals {
        Totals::of(self.messages.iter())
    }

    /// What a person saw in the preview, so that a send can refuse to do anything else: every text,
    /// number and price, and everybody who was left out, with the reason.
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
