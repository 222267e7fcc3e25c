//! Parcels: up to 100 messages of one send in one queue message.

use super::PlannedMessage;
use crate::id::ParcelNumber;

/// Messages in a parcel. A hundred texts pack into about 10 KB, and their states into less than the
/// kilobyte of one write unit.
pub const PARCEL_SIZE: usize = 100;

/// The content of a parcel; once its send is accepted, only an erasure rewrites it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    pub number: ParcelNumber,
    /// Up to [`PARCEL_SIZE`] messages.
    pub messages: Vec<PlannedMessage>,
}

impl Parcel {
    /// Splits messages into parcels.
    pub fn cut(messages: Vec<PlannedMessage>) -> impl Iterator<Item = Self> {
        let mut rest = messages.into_iter();
        (0..).map_while(move |number| {
            let messages: Vec<_> = rest.by_ref().take(PARCEL_SIZE).collect();
            (!messages.is_empty()).then_some(Self { number: ParcelNumber(number), messages })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::PersonId,
        phone::PhoneNumber,
        pricing::MicroEuros,
        territory::Territory,
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
