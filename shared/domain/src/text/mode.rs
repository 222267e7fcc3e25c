//! Replacements in a text that save segments.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark, is_nfc};

use super::gsm7;
use crate::explain;

/// How far a text may be changed before it is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EncodingMode {
    /// Only replacements that are always correct in French: straight quotes, plain spaces and hyphens,
    /// `oe`.
    #[default]
    Typographic,
    /// Also accents outside GSM-7 (`ç` → `c`, `ê` → `e`): the author's choice, since it changes the
    /// spelling.
    Plain,
    /// No changes.
    Exact,
}

/// An unknown encoding mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown encoding mode")]
pub struct UnknownEncodingMode;

explain! {
    UnknownEncodingMode:
    _ => "unknown_encoding_mode",
        "Les modes possibles sont typographic, plain et exact.",
        "The possible modes are typographic, plain and exact.";
}

impl EncodingMode {
    /// All modes.
    pub const ALL: [Self; 3] = [Self::Typographic, Self::Plain, Self::Exact];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Typographic => "typographic",
            Self::Plain => "plain",
            Self::Exact => "exact",
        }
    }

    /// Parses a mode's name.
    pub fn parse(name: &str) -> Result<Self, UnknownEncodingMode> {
        Self::ALL.into_iter().find(|mode| mode.as_str() == name).ok_or(UnknownEncodingMode)
    }

    /// Whether a character is certainly unchanged: the fast path for most texts.
    fn leaves(self, character: char) -> bool {
        match character {
            '`' | '\t' => false,
            '\0'..='\u{7f}' => true,
            // Precomposed letters with accents; none of the replaced signs.
            'À'..='ſ' => match self {
                Self::Plain => gsm7::septets(character).is_some(),
                Self::Typographic | Self::Exact => !matches!(character, 'œ' | 'Œ'),
            },
            _ => false,
        }
    }

    /// Applies the mode to a text.
    pub fn apply(self, text: &str) -> Cow<'_, str> {
        if self == Self::Exact || text.chars().all(|character| self.leaves(character)) {
            return Cow::Borrowed(text);
        }
        let straight = straighten(text);
        // A decomposed letter counts as one character outside GSM-7.
        let typographic = if is_nfc(&straight) { straight } else { straight.nfc().collect() };
        Cow::Owned(match self {
            Self::Plain => {
                typographic.chars().fold(String::with_capacity(typographic.len()), push_without_accent)
            }
            Self::Typographic | Self::Exact => typographic,
        })
    }
}

/// Replaces typographic characters. The spaces inside « » are removed with them.
fn straighten(text: &str) -> String {
    let mut straight = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '«' => {
                straight.push('"');
                characters.next_if(|next| is_space(*next));
            }
            '»' => {
                if straight.ends_with(' ') {
                    straight.pop();
                }
                straight.push('"');
            }
            _ => match typographic_equivalent(character) {
                Some(equivalent) => straight.push_str(equivalent),
                None => straight.push(character),
            },
        }
    }
    straight
}

fn is_space(character: char) -> bool {
    character == ' ' || typographic_equivalent(character) == Some(" ")
}

/// Returns the replacement that is always correct in French, for characters outside GSM-7.
pub(super) const fn typographic_equivalent(character: char) -> Option<&'static str> {
    Some(match character {
        '’' | '‘' | '\u{201b}' | '′' | '´' | '`' => "'",
        '“' | '”' | '„' | '«' | '»' | '″' => "\"",
        '…' => "...",
        '•' | '–' | '—' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '−' => "-",
        '\u{a0}' | '\u{202f}' | '\u{2000}'..='\u{200a}' | '\t' => " ",
        '\u{200b}' | '\u{feff}' | '\u{ad}' => "",
        'œ' => "oe",
        'Œ' => "OE",
        _ => return None,
    })
}

/// Removes an accent outside GSM-7.
pub(super) fn without_accent(character: char) -> Option<char> {
    if gsm7::septets(character).is_some() {
        return None;
    }
    let mut parts = std::iter::once(character).nfd();
    let letter = parts.next().filter(|letter| *letter != character && gsm7::septets(*letter).is_some())?;
    parts.all(is_combining_mark).then_some(letter)
}

fn push_without_accent(mut text: String, character: char) -> String {
    match without_accent(character) {
        Some(letter) => text.push(letter),
        // An accent that cannot be composed with its letter.
        None if is_combining_mark(character) => {}
        None => text.push(character),
    }
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_typographic_mode_changes_only_what_is_always_right() {
        let text = "« L’œuvre » : c’est “bien”… — façade, être, À 8\u{202f}h\u{a0}!";
        assert_eq!(
            EncodingMode::Typographic.apply(text),
            "\"L'oeuvre\" : c'est \"bien\"... - façade, être, À 8 h !"
        );
        assert_eq!(EncodingMode::Exact.apply(text), text);
    }

    #[test]
    fn the_plain_mode_also_drops_the_accents_that_gsm7_does_not_have() {
        assert_eq!(
            EncodingMode::Plain.apply("Façade, être, À Noël, déjà, ÿ, 😀"),
            "Facade, etre, A Noel, déjà, y, 😀"
        );
    }

    #[test]
    fn an_accent_in_two_code_points_is_put_together_first() {
        assert_eq!(EncodingMode::Typographic.apply("e\u{301}te\u{301}"), "été");
    }

    proptest! {
        #[test]
        fn a_mode_applied_twice_changes_nothing_more(text in "[ a-zéèçêœ’«»…\u{a0}—À😀e\u{301}]{0,80}") {
            for mode in [EncodingMode::Typographic, EncodingMode::Plain, EncodingMode::Exact] {
                let once = mode.apply(&text).into_owned();
                prop_assert_eq!(mode.apply(&once).into_owned(), once);
            }
        }

        #[test]
        fn the_short_way_says_what_the_long_way_says(text in "[ -~À-ſœŒ`«»’]{0,30}") {
            for mode in [EncodingMode::Typographic, EncodingMode::Plain] {
                // The trailing quotation mark is replaced, and forces the slow path.
                let long_way = mode.apply(&format!("{text}”")).into_owned();
                prop_assert_eq!(format!("{}\"", mode.apply(&text)), long_way);
            }
        }

        #[test]
        fn a_text_that_fits_gsm7_is_never_changed(text in "[ -_a-zéèàùìòÉÇ€]{0,80}") {
            for mode in [EncodingMode::Typographic, EncodingMode::Plain] {
                prop_assert_eq!(mode.apply(&text).into_owned(), text.clone());
            }
        }
    }
}
