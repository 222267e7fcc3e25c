//! Message ids: parcels of a send and messages of a parcel, by number.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::SendId;

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

/// The permanent id of one message, sent to carriers as our reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageReference {
    pub send: SendId,
    pub parcel: ParcelNumber,
    /// The index in the parcel, from 0.
    pub index: u8,
}

impl MessageReference {
    /// Maximum length: a send id, five digits of a parcel and three of an index, with hyphens.
    pub const MAX_CHARACTERS: usize = 40;
}

impl fmt::Display for MessageReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{:02}", self.send, self.parcel, self.index)
    }
}
