//! The packed form of a parcel's messages: postcard, then LZ4.
//!
//! Writes are billed per kilobyte. Ids take 16 bytes instead of 30 characters, fields have no names,
//! and 100 texts from one template shrink to a third.

use serde::{Deserialize, Serialize};

use super::StoreError;
use domain::{
    id::PersonId,
    phone::{Destination, PhoneNumber},
    pricing::MicroEuros,
    sending::{PlannedMessage, Recipient, RedactedMessage, StoredMessage},
    text::{Encoding, Segments},
};

/// Version of the packed form. A new version must keep reading the previous one, or earlier sends
/// become unreadable.
pub(super) const VERSION: &str = "2";

const WHAT: StoreError = StoreError::Unreadable("parcel");

/// A message without field names. The order of fields and variants is the format.
#[derive(Serialize, Deserialize)]
enum Packed<'a> {
    Whole {
        #[serde(borrow)]
        to: PackedRecipient<'a>,
        about: Vec<[u8; 16]>,
        text: &'a str,
        segments: u16,
        price: u64,
    },
    Redacted {
        #[serde(borrow)]
        to: Option<PackedRecipient<'a>>,
        about: Vec<[u8; 16]>,
        place: &'a str,
        ucs2: bool,
        segments: u16,
        price: u64,
    },
}

#[derive(Serialize, Deserialize)]
struct PackedRecipient<'a> {
    person: [u8; 16],
    name: &'a str,
    /// [`PhoneNumber`] as stored, `FR+33612345678`, in two parts.
    place: &'a str,
    digits: u64,
}

impl<'a> PackedRecipient<'a> {
    fn new(person: PersonId, name: &'a str, phone: &PhoneNumber, place: &'a str) -> Self {
        let digits = phone.e164().trim_start_matches('+').parse().expect("E.164 has 15 digits at most");
        Self { person: person.to_bytes(), name, place, digits }
    }

    fn unpack(self) -> Result<Recipient, StoreError> {
        let stored = format!("{}+{}", self.place, self.digits);
        Ok(Recipient {
            person: PersonId::from_bytes(self.person),
            name: self.name.to_owned(),
            phone: PhoneNumber::try_from(stored).map_err(|_| WHAT)?,
        })
    }
}

/// Packs the messages of a new parcel.
pub(super) fn pack_planned(messages: &[PlannedMessage]) -> Vec<u8> {
    let places: Vec<Destination> = messages.iter().map(|message| message.phone.destination()).collect();
    pack_all(messages.iter().zip(&places).map(|(message, place)| whole(message, place)))
}

/// Packs messages, some of them redacted.
pub(super) fn pack(messages: &[StoredMessage]) -> Vec<u8> {
    let places: Vec<Destination> = messages.iter().map(StoredMessage::destination).collect();
    pack_all(messages.iter().zip(&places).map(|(message, place)| match message {
        StoredMessage::Whole(message) => whole(message, place),
        StoredMessage::Redacted(redacted) => packed_redacted(redacted, place),
    }))
}

fn pack_all<'a>(messages: impl Iterator<Item = Packed<'a>>) -> Vec<u8> {
    let messages: Vec<Packed<'_>> = messages.collect();
    let bytes = postcard::to_allocvec(&messages).expect("plain structs of known lengths");
    lz4_flex::compress_prepend_size(&bytes)
}

fn whole<'a>(message: &'a PlannedMessage, place: &'a Destination) -> Packed<'a> {
    Packed::Whole {
        to: PackedRecipient::new(message.recipient, &message.name, &message.phone, place.code()),
        about: bytes_of(&message.about),
        text: &message.text,
        segments: message.segments.get(),
        price: message.price.get(),
    }
}

fn packed_redacted<'a>(redacted: &'a RedactedMessage, place: &'a Destination) -> Packed<'a> {
    let to = redacted.recipient.as_ref();
    Packed::Redacted {
        to: to.map(|to| PackedRecipient::new(to.person, &to.name, &to.phone, place.code())),
        about: bytes_of(&redacted.about),
        place: place.code(),
        ucs2: redacted.encoding == Encoding::Ucs2,
        segments: redacted.segments.get(),
        price: redacted.price.get(),
    }
}

/// Unpacks messages. Every value is parsed again.
pub(super) fn unpack(packed: &[u8]) -> Result<Vec<StoredMessage>, StoreError> {
    let bytes = lz4_flex::decompress_size_prepended(packed).map_err(|_| WHAT)?;
    let messages: Vec<Packed<'_>> = postcard::from_bytes(&bytes).map_err(|_| WHAT)?;
    messages.into_iter().map(unpacked).collect()
}

fn unpacked(message: Packed<'_>) -> Result<StoredMessage, StoreError> {
    Ok(match message {
        Packed::Whole { to, about, text, segments, price } => {
            let Recipient { person, name, phone } = to.unpack()?;
            StoredMessage::Whole(PlannedMessage {
                recipient: person,
                name,
                about: ids_of(about),
                phone,
                encoding: Encoding::of(text),
                text: text.to_owned(),
                segments: Segments::new(segments).ok_or(WHAT)?,
                price: MicroEuros::new(price),
            })
        }
        Packed::Redacted { to, about, place, ucs2, segments, price } => {
            StoredMessage::Redacted(RedactedMessage {
                recipient: to.map(PackedRecipient::unpack).transpose()?,
                about: ids_of(about),
                destination: Destination::parse(place).ok_or(WHAT)?,
                encoding: if ucs2 { Encoding::Ucs2 } else { Encoding::Gsm7 },
                segments: Segments::new(segments).ok_or(WHAT)?,
                price: MicroEuros::new(price),
            })
        }
    })
}

fn bytes_of(people: &[PersonId]) -> Vec<[u8; 16]> {
    people.iter().map(|person| person.to_bytes()).collect()
}

fn ids_of(people: Vec<[u8; 16]>) -> Vec<PersonId> {
    people.into_iter().map(PersonId::from_bytes).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use domain::territory::Territory;

    fn message(number: &str, name: String, text: String, price: u64) -> PlannedMessage {
        let person = PersonId::generate(jiff::Timestamp::UNIX_EPOCH);
        PlannedMessage {
            recipient: person,
            name,
            about: vec![person.following()],
            phone: PhoneNumber::parse(number, Territory::Metropole).unwrap(),
            encoding: Encoding::of(&text),
            text,
            segments: Segments::new(2).unwrap(),
            price: MicroEuros::new(price),
        }
    }

    fn redacted_message(message: &PlannedMessage, recipient: Option<Recipient>) -> StoredMessage {
        StoredMessage::Redacted(RedactedMessage {
            about: recipient.iter().flat_map(|_| message.about.clone()).collect(),
            recipient,
            destination: message.phone.destination(),
            encoding: message.encoding,
            segments: message.segments,
            price: message.price,
        })
    }

    proptest! {
        #[test]
        fn messages_read_back_whole_or_erased(
            number in prop::sample::select(vec!["0639981234", "0612345678", "0692123456", "+32470123456"]),
            name in "\\PC{0,40}",
            text in "\\PC{0,400}",
            price in any::<u64>(),
        ) {
            let whole = message(number, name.clone(), text, price);
            let recipient = Recipient { person: whole.recipient, name, phone: whole.phone };
            let kept = vec![
                StoredMessage::Whole(whole.clone()),
                redacted_message(&whole, Some(recipient)),
                redacted_message(&whole, None),
            ];
            prop_assert_eq!(unpack(&pack(&kept)).unwrap(), kept);
            prop_assert_eq!(unpack(&pack_planned(std::slice::from_ref(&whole))).unwrap(), vec![StoredMessage::Whole(whole)]);
        }

        #[test]
        fn bytes_of_another_origin_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = unpack(&bytes);
            let _ = unpack(&lz4_flex::compress_prepend_size(&bytes));
        }
    }
}
