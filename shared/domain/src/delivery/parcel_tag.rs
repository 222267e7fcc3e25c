//! A parcel's name in a carrier's slot that is too short for a whole identifier.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::id::ParcelId;

/// Names one parcel in sixteen characters, for a slot that is too short for a whole [`MessageId`](crate::id::MessageId). Which
/// parcel it is must be kept in the table before it is used.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ParcelTag(String);

impl ParcelTag {
    /// 96 bits of a digest: no two parcels of one service meet.
    const BYTES: usize = 12;
    const CHARACTERS: usize = 16;

    /// The tag of a parcel.
    pub fn of(parcel: ParcelId) -> Self {
        let digest = Sha256::new()
            .chain_update(parcel.school.to_bytes())
            .chain_update(parcel.send.to_bytes())
            .chain_update(parcel.number.0.to_be_bytes())
            .finalize();
        Self(BASE64_URL_SAFE_NO_PAD.encode(&digest[..Self::BYTES]))
    }

    /// Its sixteen characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of a message of this parcel: eighteen characters.
    pub fn message(&self, index: u8) -> String {
        format!("{}{index:02}", self.0)
    }

    /// Reads back the tag and the place of a message.
    pub fn parse_message(text: &str) -> Result<(Self, u8), NotAParcelTag> {
        let (tag, index) = text.split_at_checked(Self::CHARACTERS).ok_or(NotAParcelTag)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(tag).map_err(|_| NotAParcelTag)?;
        match (bytes.len(), index.len(), index.parse()) {
            (Self::BYTES, 2, Ok(index)) => Ok((Self(tag.to_owned()), index)),
            _ => Err(NotAParcelTag),
        }
    }
}

/// A text that is no tag of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the tag of a parcel")]
pub struct NotAParcelTag;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ParcelNumber;

    #[test]
    fn a_tag_names_a_message_in_eighteen_characters() {
        let parcel = ParcelId {
            school: "sch_01J0000000000000000000000A".parse().unwrap(),
            send: "snd_01J0000000000000000000000B".parse().unwrap(),
            number: ParcelNumber(7),
        };
        let tag = ParcelTag::of(parcel);
        let name = tag.message(42);
        assert_eq!(name.len(), 18);
        assert_eq!(ParcelTag::parse_message(&name), Ok((tag.clone(), 42)));
        assert_ne!(ParcelTag::of(ParcelId { number: ParcelNumber(8), ..parcel }), tag);
        for other in ["", "Été-à-0123456789", &name[..17], &format!("{name}0"), "----------------xx"] {
            assert_eq!(ParcelTag::parse_message(other), Err(NotAParcelTag), "{other}");
        }
    }
}
