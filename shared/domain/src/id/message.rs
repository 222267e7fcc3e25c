//! Message ids: parcels of a send and messages of a parcel, by number.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use super::{SchoolId, SendId};

/// A parcel's number within its send, from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ParcelNumber(pub u16);

impl fmt::Display for ParcelNumber {
    /// Four digits, so that texts sort as numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.0)
    }
}

/// One parcel of one school. Queue messages and rows carry its three parts by these names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ParcelId {
    pub school: SchoolId,
    pub send: SendId,
    #[serde(rename = "parcel")]
    pub number: ParcelNumber,
}

impl ParcelId {
    /// A message of it, by its place from 0.
    pub const fn message(self, index: u8) -> MessageId {
        MessageId { parcel: self, index }
    }
}

/// One message of one school, for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId {
    pub parcel: ParcelId,
    /// The place in the parcel, from 0.
    pub index: u8,
}

/// Not the text of a message's identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the identifier of a message")]
pub struct NotAMessageId;

impl MessageId {
    /// The longest reference: a send, the five digits of a parcel and the three of a place, with hyphens between.
    pub const MAX_REFERENCE_CHARACTERS: usize = 40;

    /// The identifier within its school, as the API writes it: `snd_…-0007-42`.
    pub fn reference(self) -> String {
        format!("{}-{}-{:02}", self.parcel.send, self.parcel.number, self.index)
    }

    /// The identifier with its school, for a carrier's correlation slot: at most 72 characters of `[A-Za-z0-9_-]`.
    pub fn correlation(self) -> String {
        format!("{}-{}", self.parcel.school, self.reference())
    }
}

/// Reads what [`MessageId::correlation`] writes.
impl FromStr for MessageId {
    type Err = NotAMessageId;

    fn from_str(text: &str) -> Result<Self, NotAMessageId> {
        let mut parts = text.split('-');
        let (Some(school), Some(send), Some(parcel), Some(index), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAMessageId);
        };
        let parcel = ParcelId {
            school: school.parse().map_err(|_| NotAMessageId)?,
            send: send.parse().map_err(|_| NotAMessageId)?,
            number: ParcelNumber(parcel.parse().map_err(|_| NotAMessageId)?),
        };
        let message = parcel.message(index.parse().map_err(|_| NotAMessageId)?);
        // One message has one spelling.
        if message.correlation() == text { Ok(message) } else { Err(NotAMessageId) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_and_no_other_spelling_does() {
        let parcel = ParcelId {
            school: "sch_01J0000000000000000000000A".parse().unwrap(),
            send: "snd_01J0000000000000000000000B".parse().unwrap(),
            number: ParcelNumber(7),
        };
        let name = parcel.message(42).correlation();
        assert_eq!(name, "sch_01J0000000000000000000000A-snd_01J0000000000000000000000B-0007-42");
        assert_eq!(name.parse(), Ok(parcel.message(42)));
        assert_eq!(parcel.message(42).reference(), "snd_01J0000000000000000000000B-0007-42");
        for other in
            ["", "x", &name[1..], &name.replace("0007", "7"), &format!("{name}-1"), &name.to_lowercase()]
        {
            assert_eq!(other.parse::<MessageId>(), Err(NotAMessageId), "{other}");
        }
    }
}
