//! Mentions: an index of people by parcel, to find a person's messages without reading all parcels.
//!
//! At most six bytes per message, in one item per send: a year of 100,000 messages is about 600 KB, or
//! 75 read units, a fraction of their parcels. A 16-bit mark identifies no person: with 100 messages
//! per parcel, one parcel in 200 is a false positive.

use crate::{id::PersonId, phone::PhoneNumber, sending::Parcel};

/// A key of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mention {
    /// A recipient or a person concerned.
    Person(PersonId),
    /// The recipient's number.
    Phone(PhoneNumber),
}

impl Mention {
    /// Hashes to 16 bits.
    fn mark(self) -> u16 {
        match self {
            Self::Person(person) => mark(&person.to_bytes()),
            Self::Phone(phone) => mark(phone.e164().as_bytes()),
        }
    }
}

/// FNV-1a, folded to 16 bits: stored, so it must never change.
fn mark(bytes: &[u8]) -> u16 {
    let hash = bytes.iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    let [a, b, c, d, e, f, g, h] = hash.to_be_bytes();
    u16::from_be_bytes([a ^ c ^ e ^ g, b ^ d ^ f ^ h])
}

/// The marks of each parcel of a send.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mentions(Vec<Vec<u16>>);

/// Invalid stored marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid encoding of mentions")]
pub struct NotMentions;

impl Mentions {
    /// Adds the next parcel.
    pub fn note(&mut self, parcel: &Parcel) {
        let mentioned = parcel.messages.iter().flat_map(|message| {
            let people = message.about.iter().chain([&message.recipient]).map(|id| Mention::Person(*id));
            people.chain([Mention::Phone(message.phone)])
        });
        let mut marks: Vec<u16> = mentioned.map(Mention::mark).collect();
        marks.sort_unstable();
        marks.dedup();
        self.0.push(marks);
    }

    /// Returns the parcels, by number, that may contain a mention. No false negatives.
    pub fn of(&self, mention: Mention) -> impl Iterator<Item = u16> {
        let mark = mention.mark();
        (0..)
            .zip(&self.0)
            .filter(move |(_, marks)| marks.binary_search(&mark).is_ok())
            .map(|(place, _)| place)
    }

    /// Encodes for storage: for each parcel the number of its marks, then the marks.
    pub fn encode(&self) -> Vec<u8> {
        let words = self.0.iter().flat_map(|marks| {
            let count = u16::try_from(marks.len()).expect("a parcel mentions some hundreds of people");
            std::iter::once(count).chain(marks.iter().copied())
        });
        words.flat_map(u16::to_be_bytes).collect()
    }

    /// Decodes the stored form.
    pub fn decode(bytes: &[u8]) -> Result<Self, NotMentions> {
        let (words, rest) = bytes.as_chunks::<2>();
        let mut words = words.iter().map(|word| u16::from_be_bytes(*word));
        let mut parcels = Vec::new();
        while let Some(count) = words.next() {
            let marks: Vec<u16> = words.by_ref().take(usize::from(count)).collect();
            if marks.len() != usize::from(count) {
                return Err(NotMentions);
            }
            parcels.push(marks);
        }
        if rest.is_empty() { Ok(Self(parcels)) } else { Err(NotMentions) }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_stored_mark_stays_what_it_is() {
        let person = PersonId::from_bytes([7; 16]);
        assert_eq!(Mention::Person(person).mark(), 2329);
    }

    proptest! {
        #[test]
        fn marks_read_back(parcels in prop::collection::vec(prop::collection::btree_set(any::<u16>(), 0..300), 0..4)) {
            let mentions = Mentions(parcels.into_iter().map(|marks| marks.into_iter().collect()).collect());
            prop_assert_eq!(Mentions::decode(&mentions.encode()), Ok(mentions));
        }

        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..50)) {
            let _ = Mentions::decode(&bytes);
        }
    }
}
