//! Our references for messages and parcels in a carrier's correlation field.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::id::{MessageReference, ParcelNumber, SchoolId, SendId};

/// Identifies one message of one school: at most 72 characters of `[A-Za-z0-9_-]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Correlation {
    pub school: SchoolId,
    pub message: MessageReference,
}

/// A text that is not a reference of this service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a reference of this service")]
pub struct NotACorrelation;

impl fmt::Display for Correlation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.school, self.message)
    }
}

impl FromStr for Correlation {
    type Err = NotACorrelation;

    fn from_str(text: &str) -> Result<Self, NotACorrelation> {
        let mut parts = text.split('-');
        let (Some(school), Some(send), Some(parcel), Some(index), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotACorrelation);
        };
        let correlation = Self {
            school: school.parse().map_err(|_| NotACorrelation)?,
            message: MessageReference {
                send: send.parse().map_err(|_| NotACorrelation)?,
                parcel: ParcelNumber(parcel.parse().map_err(|_| NotACorrelation)?),
                index: index.parse().map_err(|_| NotACorrelation)?,
            },
        };
        // Only the canonical form is accepted: one reference per message.
        if correlation.to_string() == text { Ok(correlation) } else { Err(NotACorrelation) }
    }
}

/// Identifies one parcel in 16 characters, for a field too short for a [`Correlation`]. The mapping to
/// the parcel must be stored before use.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ParcelTag(String);

impl ParcelTag {
    /// 96 bits of a digest: collision-free for the parcels of one service.
    const BYTES: usize = 12;
    const CHARACTERS: usize = 16;

    /// Derives the tag of a parcel.
    pub fn of(school: SchoolId, send: SendId, parcel: ParcelNumber) -> Self {
        let digest = Sha256::new()
            .chain_update(school.to_bytes())
            .chain_update(send.to_bytes())
            .chain_update(parcel.0.to_be_bytes())
            .finalize();
        Self(BASE64_URL_SAFE_NO_PAD.encode(&digest[..Self::BYTES]))
    }

    /// Returns the 16 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the reference of a message of this parcel: 18 characters.
    pub fn message(&self, index: u8) -> String {
        format!("{}{index:02}", self.0)
    }

    /// Parses the tag and the message index.
    pub fn parse_message(text: &str) -> Result<(Self, u8), NotACorrelation> {
        let (tag, index) = text.split_at_checked(Self::CHARACTERS).ok_or(NotACorrelation)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(tag).map_err(|_| NotACorrelation)?;
        match (bytes.len(), index.len(), index.parse()) {
            (Self::BYTES, 2, Ok(index)) => Ok((Self(tag.to_owned()), index)),
            _ => Err(NotACorrelation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn correlation() -> Correlation {
        Correlation {
            school: "sch_01J0000000000000000000000A".parse().unwrap(),
            message: MessageReference {
                send: "snd_01J0000000000000000000000B".parse().unwrap(),
                parcel: ParcelNumber(7),
                index: 42,
            },
        }
    }

    #[test]
    fn a_name_reads_back_and_no_other_spelling_does() {
        let name = correlation().to_string();
        assert_eq!(name, "sch_01J0000000000000000000000A-snd_01J0000000000000000000000B-0007-42");
        assert_eq!(name.parse(), Ok(correlation()));
        for other in
            ["", "x", &name[1..], &name.replace("0007", "7"), &format!("{name}-1"), &name.to_lowercase()]
        {
            assert_eq!(other.parse::<Correlation>(), Err(NotACorrelation), "{other}");
        }
    }

    #[test]
    fn a_tag_names_a_message_in_eighteen_characters() {
        let Correlation { school, message } = correlation();
        let tag = ParcelTag::of(school, message.send, message.parcel);
        let name = tag.message(message.index);
        assert_eq!(name.len(), 18);
        assert_eq!(ParcelTag::parse_message(&name), Ok((tag.clone(), 42)));
        assert_ne!(ParcelTag::of(school, message.send, ParcelNumber(8)), tag);
        for other in ["", "Été-à-0123456789", &name[..17], &format!("{name}0"), "----------------xx"] {
            assert_eq!(ParcelTag::parse_message(other), Err(NotACorrelation), "{other}");
        }
    }
}
