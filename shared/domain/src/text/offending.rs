//! The characters that force UCS-2, and the cost without them.

use super::{
    EncodingMode, MeasuredText, gsm7,
    mode::{typographic_equivalent, without_accent},
};

/// A character outside GSM-7.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OffendingCharacter {
    pub character: char,
    /// Character offsets, from 0.
    pub positions: Vec<usize>,
    /// A replacement; `None` for an emoji or another alphabet.
    pub replacement: Option<String>,
}

/// The cost of a text and its causes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextReport {
    /// The text as sent.
    pub text: String,
    pub measured: MeasuredText,
    /// Characters that force UCS-2, in order of first appearance; empty for a GSM-7 text.
    pub offending: Vec<OffendingCharacter>,
    /// Size with every offending character replaced, or removed if it has no replacement.
    pub without_them: MeasuredText,
}

impl TextReport {
    /// Analyses a text under an encoding mode.
    pub fn new(text: &str, mode: EncodingMode) -> Self {
        let text = mode.apply(text).into_owned();
        let plain = EncodingMode::Plain.apply(&text);
        let within_gsm7: String = plain.chars().filter(|c| gsm7::septets(*c).is_some()).collect();
        let without_them = MeasuredText::of(&within_gsm7);
        Self { measured: MeasuredText::of(&text), offending: offending_characters(&text), without_them, text }
    }
}

fn offending_characters(text: &str) -> Vec<OffendingCharacter> {
    let mut found: Vec<OffendingCharacter> = Vec::new();
    for (position, character) in text.chars().enumerate() {
        if gsm7::septets(character).is_some() {
            continue;
        }
        match found.iter_mut().find(|offending| offending.character == character) {
            Some(offending) => offending.positions.push(position),
            None => found.push(OffendingCharacter {
                character,
                positions: vec![position],
                replacement: typographic_equivalent(character)
                    .map(str::to_owned)
                    .or_else(|| without_accent(character).map(String::from)),
            }),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Encoding;

    #[test]
    fn a_report_names_each_character_its_places_and_its_replacement() {
        let report = TextReport::new("Ça va, garçon ? Être 😀 garçon", EncodingMode::Typographic);
        assert_eq!(report.measured.encoding, Encoding::Ucs2);
        let summary: Vec<_> = report
            .offending
            .iter()
            .map(|o| (o.character, o.positions.clone(), o.replacement.as_deref()))
            .collect();
        assert_eq!(
            summary,
            [('ç', vec![10, 26], Some("c")), ('Ê', vec![16], Some("E")), ('😀', vec![21], None)]
        );
    }

    #[test]
    fn it_tells_what_the_text_would_cost_without_them() {
        let report = TextReport::new(&format!("{}ê", "a".repeat(150)), EncodingMode::Typographic);
        assert_eq!(report.measured.segments.get(), 3);
        assert_eq!(report.without_them.segments.get(), 1);
        assert_eq!(report.without_them.encoding, Encoding::Gsm7);
        let emoji = TextReport::new(&format!("{}😀", "a".repeat(100)), EncodingMode::Typographic);
        assert_eq!((emoji.measured.segments.get(), emoji.without_them.segments.get()), (2, 1));
    }
}
