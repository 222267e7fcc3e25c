//! A country other than France.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::explain;

/// An ISO 3166-1 two-letter code, in upper case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Country([u8; 2]);

impl Country {
    /// How many codes of two letters there can be.
    pub const MOST: usize = 26 * 26;

    /// The country of a two-letter code in upper case.
    pub fn parse(code: &str) -> Result<Self, UnknownCountry> {
        match code.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([*a, *b])),
            _ => Err(UnknownCountry),
        }
    }

    /// A code written in our own source; it does not compile unless it is two capital letters.
    pub(crate) const fn literal(code: &'static str) -> Self {
        let bytes = code.as_bytes();
        assert!(bytes.len() == 2 && bytes[0].is_ascii_uppercase() && bytes[1].is_ascii_uppercase());
        Self([bytes[0], bytes[1]])
    }

    /// The two letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two capital letters")
    }
}

/// Not two capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a two-letter country code")]
pub struct UnknownCountry;

explain! {
    UnknownCountry:
    _ => "unknown_country",
        "Un code de pays est fait de deux lettres majuscules, par exemple BE. Les pays possibles sont ceux de la grille tarifaire.",
        "A country code is two capital letters, such as BE. The possible countries are those of the rate card.";
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl TryFrom<String> for Country {
    type Error = UnknownCountry;

    fn try_from(code: String) -> Result<Self, UnknownCountry> {
        Self::parse(&code)
    }
}

impl From<Country> for String {
    fn from(country: Country) -> Self {
        country.code().to_owned()
    }
}
