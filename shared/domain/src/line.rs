//! A single line of user input: a name, a label, a class.

use std::{fmt, ops::RangeInclusive};

use serde::{Deserialize, Serialize};

use crate::explain;

/// One trimmed line of 1 to `MAX` characters, without control characters: composed (Unicode NFC), without invisible
/// characters, with single spaces. Files and forms spell one name in many ways that look alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line<const MAX: usize>(Box<str>);

/// Why a text is not a valid line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
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

    /// Parses a line and normalises it.
    pub fn parse(input: &str) -> Result<Self, LineError> {
        let line = input.trim_matches(|c: char| c.is_whitespace() || is_invisible(c));
        if line.is_empty() {
            return Err(LineError::Empty);
        }
        if line.chars().any(char::is_control) {
            return Err(LineError::ControlCharacter);
        }
        let normal = normalised(line);
        // Composition may lengthen a text, so both are measured.
        if line.chars().count() > MAX || normal.chars().count() > MAX {
            return Err(LineError::TooLong { max: MAX });
        }
        Ok(Self(normal.into()))
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

/// Characters without a glyph that copying and exporting leave in a text: soft hyphens, zero-width characters, marks of
/// direction, byte order marks.
pub const INVISIBLE: [RangeInclusive<char>; 5] = [
    '\u{ad}'..='\u{ad}',
    '\u{200b}'..='\u{200f}',
    '\u{202a}'..='\u{202e}',
    '\u{2060}'..='\u{2069}',
    '\u{feff}'..='\u{feff}',
];

fn is_invisible(c: char) -> bool {
    INVISIBLE.iter().any(|range| range.contains(&c))
}

/// Composes characters (Unicode NFC), drops invisible ones, and joins white space to single spaces.
pub fn normalised(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let visible = text.nfc().filter(|c| !is_invisible(*c)).collect::<String>();
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
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
    fn a_line_is_composed_without_invisible_characters_and_with_single_spaces() {
        let line = |text: &str| Line::<20>::parse(text).map(|line| line.as_str().to_owned());
        assert_eq!(line("Zoe\u{301}").unwrap(), "Zoé");
        assert_eq!(line("\u{feff}LE\u{ad}FE\u{200b}VRE").unwrap(), "LEFEVRE");
        assert_eq!(line("6e\u{a0} \u{202f}A").unwrap(), "6e A");
        assert_eq!(line("\u{200b} \u{feff}"), Err(LineError::Empty));
    }

    #[test]
    fn spellings_of_one_name_fold_together() {
        assert_eq!(folded("  Élodie  MARTIN-DUPÉ "), folded("elodie martin dupe"));
        assert_eq!(folded("Lœtitia"), folded("LOETITIA"));
        assert_ne!(folded("Martin"), folded("Martine"));
    }
}
