//! Parcels of a send and messages of a parcel, by number.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::SendId;

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
