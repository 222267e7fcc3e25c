//! A single line of user input: a name, a label, a class.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::explain;

/// One trimmed line of 1 to `MAX` characters, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(Box<str>);

/// Why a text is not a valid line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// Only white space.
    #[error("empty")]
    Empty,
    #[error("longer than {max} characters")]
    TooLong { max: usize },
    /// A line break or another control character.
    #[error("contains a control character")]
    ControlCharacter,
}

explain! {
    LineError:
    Self::Empty => "empty",
        "Ce texte ne peut pas être vide.",
        "This text cannot be empty.";
    Self::TooLong { max } => "too_long",
        format!("Ce texte est limité à {max} caractères."),
        format!("This text is limited to {max} characters.");
    Self::ControlCharacter => "control_character",
        "Ce texte tient sur une ligne : ni saut de ligne ni caractère de contrôle.",
        "This text is a single line: no line break, no control character.";
}

impl<const MAX: usize> Line<MAX> {
    /// Maximum number of characters.
    pub const LIMIT: usize = MAX;

    /// Parses a line and trims white space.
    pub fn parse(input: &str) -> Result<Self, LineError> {
        let line = input.trim();
        if line.is_empty() {
            return Err(LineError::Empty);
        }
        if line.chars().count() > MAX {
            return Err(LineError::TooLong { max: MAX });
        }
        if line.chars().any(char::is_control) {
            return Err(LineError::ControlCharacter);
        }
        Ok(Self(line.into()))
    }

    /// Returns the line.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<const MAX: usize> fmt::Display for Line<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> TryFrom<String> for Line<MAX> {
    type Error = LineError;

    fn try_from(text: String) -> Result<Self, LineError> {
        Self::parse(&text)
    }
}

impl<const MAX: usize> From<Line<MAX>> for String {
    fn from(line: Line<MAX>) -> Self {
        line.0.into()
    }
}

/// Returns the first characters of a text, at most `limit`.
pub fn shortened(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(end, _)| text[..end].trim_end())
}

/// Normalises a name for comparison: lower case, no accents, single spaces, hyphens and apostrophes as
/// spaces.
pub fn folded(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let plain: String = text
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect::<String>()
        .replace('œ', "oe")
        .replace('æ', "ae");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_one_to_max_characters_and_no_control_character() {
        assert_eq!(Line::<3>::parse(" éàç ").unwrap().as_str(), "éàç");
        assert_eq!(Line::<3>::parse(" \n "), Err(LineError::Empty));
        assert_eq!(Line::<3>::parse("abcd"), Err(LineError::TooLong { max: 3 }));
        assert_eq!(Line::<3>::parse("a\nb"), Err(LineError::ControlCharacter));
    }

    #[test]
    fn spellings_of_one_name_fold_together() {
        assert_eq!(folded("  Élodie  MARTIN-DUPÉ "), folded("elodie martin dupe"));
        assert_eq!(folded("Lœtitia"), folded("LOETITIA"));
        assert_ne!(folded("Martin"), folded("Martine"));
    }
}
