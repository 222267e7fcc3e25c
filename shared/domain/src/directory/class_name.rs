//! The name of a class, under which `6ème A` and `6A` are one class.

use std::{
    cmp::Ordering,
    fmt,
    hash::{Hash, Hasher},
};

use serde::{Deserialize, Serialize};

use crate::line::{Line, LineError, folded};

/// The name of a class as it was typed, such as `6e A`. Two spellings of one class are equal.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClassName {
    text: Line<40>,
    key: Box<str>,
}

impl ClassName {
    /// Maximum number of characters.
    pub const LIMIT: usize = Line::<40>::LIMIT;

    /// Parses the name of a class.
    pub fn parse(text: &str) -> Result<Self, LineError> {
        Line::parse(text).map(Self::from)
    }

    /// Returns the name as it was typed.
    pub fn as_str(&self) -> &str {
        self.text.as_str()
    }
}

impl From<Line<40>> for ClassName {
    fn from(text: Line<40>) -> Self {
        let key = key(text.as_str()).into();
        Self { text, key }
    }
}

/// Drops what spellings of one class differ in: case, accents, spaces, leading zeros, and the ordinal after the year
/// (`6e`, `6ème`, `1ère`, `2nde`).
fn key(text: &str) -> String {
    let folded = folded(text);
    let year = folded.trim_start_matches('0');
    let digits = year.len() - year.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (year, rest) = year.split_at(digits);
    let rest = if year.is_empty() { rest } else { without_ordinal(rest) };
    let joined: String = [year, rest].concat().split_whitespace().collect();
    // Only signs or only zeros: nothing is left to compare but the text itself.
    if joined.is_empty() { text.to_owned() } else { joined }
}

/// Drops an ordinal that stands before something. At the end it is the letter of the class: `6E`.
fn without_ordinal(rest: &str) -> &str {
    const ORDINALS: [&str; 9] = ["ieme", "eme", "iere", "ere", "er", "nde", "nd", "de", "e"];
    let rest = rest.trim_start();
    let found = ORDINALS.iter().find_map(|ordinal| rest.strip_prefix(ordinal));
    found.filter(|after| after.starts_with(' ')).unwrap_or(rest)
}

impl PartialEq for ClassName {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for ClassName {}

impl Hash for ClassName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl Ord for ClassName {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for ClassName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for ClassName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl TryFrom<String> for ClassName {
    type Error = LineError;

    fn try_from(text: String) -> Result<Self, LineError> {
        Self::parse(&text)
    }
}

impl From<ClassName> for String {
    fn from(class: ClassName) -> Self {
        class.text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_class_are_equal() {
        let class = |text: &str| ClassName::parse(text).unwrap();
        for text in ["6A", "6e A", "6E A", "6e  A", "6e\u{a0}A", "6ème A", "6 A", "06A", "6ème a"] {
            assert_eq!(class(text), class("6a"), "{text}");
        }
        for (one, other) in [("2nde 4", "2 4"), ("1ère S2", "1S2"), ("Tle S", "TleS"), ("6E", "6e E")] {
            assert_eq!(class(one), class(other), "{one} and {other}");
        }
        for (one, other) in [("6A", "6B"), ("6A", "5A"), ("6E", "6"), ("6EA", "6A"), ("10", "1"), ("-", "--")]
        {
            assert_ne!(class(one), class(other), "{one} and {other}");
        }
        assert_eq!(class(" 6e  A ").as_str(), "6e A");
    }
}
