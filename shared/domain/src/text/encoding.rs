//! The SMS encodings.

use serde::Serialize;

use super::gsm7;

/// The encoding of a text. One character outside GSM-7 makes the whole text UCS-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// 160 characters in a single segment, 153 in each of several.
    #[serde(rename = "gsm-7")]
    Gsm7,
    /// 70 characters in a single segment, 67 in each of several.
    #[serde(rename = "ucs-2")]
    Ucs2,
}

impl Encoding {
    /// All encodings.
    pub const ALL: [Self; 2] = [Self::Gsm7, Self::Ucs2];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Gsm7 => "gsm-7",
            Self::Ucs2 => "ucs-2",
        }
    }

    /// Returns the encoding that a text requires.
    pub fn of(text: &str) -> Self {
        if text.chars().all(|c| gsm7::septets(c).is_some()) { Self::Gsm7 } else { Self::Ucs2 }
    }

    /// Returns the capacity of a single segment: septets (140 octets × 8 / 7) or UTF-16 units.
    pub const fn units_in_a_single_segment(self) -> usize {
        match self {
            Self::Gsm7 => 140 * 8 / 7,
            Self::Ucs2 => 140 / 2,
        }
    }

    /// Returns the capacity of each segment of a longer text, whose header takes six octets.
    pub const fn units_in_each_of_several(self) -> usize {
        match self {
            Self::Gsm7 => (140 - 6) * 8 / 7,
            Self::Ucs2 => (140 - 6) / 2,
        }
    }

    /// Returns the units of one character, which must not be split across segments.
    pub(super) fn units_of(self, character: char) -> usize {
        match self {
            Self::Gsm7 => gsm7::septets(character).expect("a GSM-7 text has no other characters"),
            Self::Ucs2 => character.len_utf16(),
        }
    }
}
