//! Tombstones: keyed hashes of opted-out numbers whose owners were erased.
//!
//! Phone numbers are few enough to invert any unkeyed hash. The key is stored outside the table, and
//! the school is part of the input: tombstones of two schools cannot be compared.

use std::{fmt, str::FromStr};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::{id::SchoolId, phone::PhoneNumber};

/// HMAC-SHA-256 of a school and a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Tombstone([u8; 32]);

/// An invalid stored tombstone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a tombstone")]
pub struct NotATombstone;

impl Tombstone {
    /// Computes the tombstone of a number at a school.
    pub fn of(school: SchoolId, phone: PhoneNumber, key: &str) -> Self {
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("HMAC takes any key length");
        mac.update(&school.to_bytes());
        mac.update(phone.e164().as_bytes());
        Self(mac.finalize().into_bytes().into())
    }
}

impl fmt::Display for Tombstone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl FromStr for Tombstone {
    type Err = NotATombstone;

    fn from_str(text: &str) -> Result<Self, NotATombstone> {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).map_err(|_| NotATombstone)?;
        bytes.try_into().map(Self).map_err(|_| NotATombstone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::territory::Territory;

    #[test]
    fn a_tombstone_is_that_of_one_number_at_one_school_under_one_key() {
        let school = |digit| SchoolId::from_bytes([digit; 16]);
        let phone = |typed| PhoneNumber::parse(typed, Territory::Metropole).unwrap();
        let tombstone = Tombstone::of(school(1), phone("0639981234"), "key");
        assert_eq!(tombstone, Tombstone::of(school(1), phone("+33639981234"), "key"));
        assert_ne!(tombstone, Tombstone::of(school(2), phone("0639981234"), "key"));
        assert_ne!(tombstone, Tombstone::of(school(1), phone("0639981235"), "key"));
        assert_ne!(tombstone, Tombstone::of(school(1), phone("0639981234"), "another key"));
        assert_eq!(tombstone.to_string().parse(), Ok(tombstone));
        assert_eq!("0639981234".parse::<Tombstone>(), Err(NotATombstone));
    }
}
