//! A position in the sent log, used as page cursor.

use std::{fmt, str::FromStr};

use crate::id::{ParcelNumber, SendId};

/// The position of the next message: within a send, messages are in sending order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub send: SendId,
    pub parcel: ParcelNumber,
    /// The index in the parcel.
    pub index: u8,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.send, self.parcel, self.index)
    }
}

/// Not a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a position in the sent log")]
pub struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let mut parts = text.split('/');
        let (Some(send), Some(parcel), Some(index), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAPlace);
        };
        Ok(Self {
            send: send.parse().map_err(|_| NotAPlace)?,
            parcel: ParcelNumber(parcel.parse().map_err(|_| NotAPlace)?),
            index: index.parse().map_err(|_| NotAPlace)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_from_its_text() {
        let place = Place {
            send: "snd_01J0000000000000000000000B".parse().unwrap(),
            parcel: ParcelNumber(12),
            index: 99,
        };
        assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
        for text in ["", "snd_01J0000000000000000000000B/1", "snd_01J0000000000000000000000B/1/2/3", "a/b/c"]
        {
            assert!(text.parse::<Place>().is_err());
        }
    }
}
