//! Parcels: up to a hundred messages of one send that travel together through the queue.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PlannedMessage;
use crate::id::SendId;

/// Messages in a parcel. A hundred texts pack into some 10 KB, and their states into less than the
/// kilobyte that one write is billed by.
pub const PARCEL_SIZE: usize = 100;

/// Which parcel of a send, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParcelNumber(pub u16);

impl fmt::Display for ParcelNumber {
    /// Four digits, so that texts sort as numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// What a parcel carries; once its send is accepted, only an erasure rewrites it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Which.
    pub number: ParcelNumber,
    /// Up to [`PARCEL_SIZE`] messages.
    pub messages: Vec<PlannedMessage>,
}

impl Parcel {
    /// Cuts messages into parcels.
    pub fn cut(messages: Vec<PlannedMessage>) -> impl Iterator<Item = Self> {
        let mut rest = messages.into_iter();
        (0..).map_while(move |number| {
            let messages: Vec<_> = rest.by_ref().take(PARCEL_SIZE).collect();
            (!messages.is_empty()).then_some(Self { number: ParcelNumber(number), messages })
        })
    }
}

/// Names one message for ever: what a carrier gets as our reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageReference {
    /// The send.
    pub send: SendId,
    /// The parcel of the send.
    pub parcel: ParcelNumber,
    /// The place in the parcel, from 0.
    pub index: u8,
}

impl MessageReference {
    /// The longest of them: a send, the five digits of a parcel and the three of a place, with hyphens between.
    pub const MAX_CHARACTERS: usize = 40;
}

impl fmt::Display for MessageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:02}", self.send, self.parcel, self.index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::PersonId,
        phone::PhoneNumber,
        pricing::MicroEuros,
        school::Territory,
        text::{Encoding, Segments},
    };

    #[test]
    fn messages_are_cut_into_parcels_of_a_hundred() {
        let message = PlannedMessage {
            recipient: PersonId::generate(jiff::Timestamp::UNIX_EPOCH),
            name: "Claire Martin".to_owned(),
            about: Vec::new(),
            phone: PhoneNumber::parse("0639981234", Territory::Metropole).unwrap(),
            text: "Bonjour".to_owned(),
            encoding: Encoding::Gsm7,
            segments: Segments::ONE,
            price: MicroEuros::ZERO,
        };
        for (count, expected) in
            [(0, vec![]), (1, vec![1]), (100, vec![100]), (101, vec![100, 1]), (250, vec![100, 100, 50])]
        {
            let sizes: Vec<_> =
                Parcel::cut(vec![message.clone(); count]).map(|parcel| parcel.messages.len()).collect();
            assert_eq!(sizes, expected);
        }
    }
}
