//! One text of a plan.

use crate::{
    id::PersonId,
    phone::PhoneNumber,
    pricing::MicroEuros,
    text::{Encoding, Segments},
};

/// One text to one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedMessage {
    /// Who gets it.
    pub recipient: PersonId,
    /// First and last name, as they were when it was sent.
    pub name: String,
    /// The recipient's children on whose account it is sent.
    pub about: Vec<PersonId>,
    /// Where it goes.
    pub phone: PhoneNumber,
    /// What it says.
    pub text: String,
    /// How it is encoded.
    pub encoding: Encoding,
    /// What is billed.
    pub segments: Segments,
    /// `segments × unit price`.
    pub price: MicroEuros,
}

impl PlannedMessage {
    /// What one segment of it costs.
    pub fn unit_price(&self) -> MicroEuros {
        MicroEuros::new(self.price.get() / u64::from(self.segments.get()))
    }
}
