//! The text of a template, with placeholders.

use std::borrow::Cow;

use super::{Context, Source, Variable, stop_code::has_stop_code};
use crate::{
    audience::Audience,
    language::{Explain, Phrase},
};

/// A text with known placeholders only: `Bonjour {{recipient.name}}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    source: Box<str>,
    pieces: Vec<Piece>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(Box<str>),
    Variable(Variable),
}

/// Why a text is not valid in a template.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    #[error("empty")]
    Empty,
    /// Longer than any carrier accepts.
    #[error("longer than {} characters", Body::MAX_CHARACTERS)]
    TooLong,
    /// A control character other than a line break.
    #[error("contains a control character")]
    ControlCharacter,
    /// `{{` without `}}`.
    #[error("a placeholder is not closed")]
    Unclosed,
    /// Unknown placeholders for this audience and context, each once.
    #[error("unknown variables")]
    UnknownVariables {
        /// Contents of the braces.
        unknown: Vec<String>,
        /// Valid alternatives.
        available: Vec<&'static str>,
    },
    #[error("contains a STOP code")]
    StopCode,
}

impl Explain for BodyError {
    fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::ControlCharacter => "control_character",
            Self::Unclosed => "unclosed_placeholder",
            Self::UnknownVariables { .. } => "unknown_variables",
            Self::StopCode => "stop_code",
        }
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::Empty => Phrase::fixed("Le texte est vide.", "The text is empty."),
            Self::TooLong => Phrase::new(
                format!("Le texte est limité à {} caractères.", Body::MAX_CHARACTERS),
                format!("The text is limited to {} characters.", Body::MAX_CHARACTERS),
            ),
            Self::ControlCharacter => Phrase::fixed(
                "Le texte contient un caractère de contrôle invisible : supprimez-le.",
                "The text has an invisible control character: remove it.",
            ),
            Self::Unclosed => Phrase::fixed(
                "Une variable ouverte par {{ n’est pas fermée par }}.",
                "A variable opened with {{ is not closed with }}.",
            ),
            Self::UnknownVariables { unknown, available } => {
                let (unknown, available) = (unknown.join(", "), available.join(", "));
                Phrase::new(
                    format!(
                        "Variables inconnues pour cette catégorie et ce contexte : {unknown}. Variables possibles : {available}."
                    ),
                    format!(
                        "Unknown variables for this audience and context: {unknown}. Possible variables: {available}."
                    ),
                )
            }
            Self::StopCode => Phrase::fixed(
                "Le texte porte un code STOP : les opérateurs le prendraient pour de la publicité et le retiendraient la nuit. Retirez-le.",
                "The text carries a STOP code: carriers would take it for marketing and hold it at night. Remove it.",
            ),
        }
    }
}

/// Variables without a value for a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{} variables have no value", .0.len())]
pub struct MissingVariables(pub Vec<Variable>);

impl Body {
    /// Maximum length in characters, placeholders included: the limit of SNS and AWS.
    pub const MAX_CHARACTERS: usize = 1600;

    /// Parses a text for an audience and a context. Reports all unknown variables at once.
    ///
    /// Foreign line breaks and tabs are normalised: they look the same.
    pub fn parse(source: &str, audience: Audience, context: Context) -> Result<Self, BodyError> {
        if source.chars().count() > Self::MAX_CHARACTERS {
            return Err(BodyError::TooLong);
        }
        let source = source.replace("\r\n", "\n").replace('\r', "\n").replace('\t', " ");
        let source = source.as_str();
        if source.trim().is_empty() {
            return Err(BodyError::Empty);
        }
        if source.chars().any(|c| c.is_control() && c != '\n') {
            return Err(BodyError::ControlCharacter);
        }
        if has_stop_code(source) {
            return Err(BodyError::StopCode);
        }
        let mut pieces = Vec::new();
        let mut unknown = Vec::new();
        let mut rest = source;
        while let Some((text, after)) = rest.split_once("{{") {
            let (name, following) = after.split_once("}}").ok_or(BodyError::Unclosed)?;
            push_text(&mut pieces, text);
            let name = name.trim();
            match Variable::named(name).filter(|variable| variable.is_available(audience, context)) {
                Some(variable) => pieces.push(Piece::Variable(variable)),
                None if unknown.iter().any(|earlier| earlier == name) => {}
                None => unknown.push(name.to_owned()),
            }
            rest = following;
        }
        push_text(&mut pieces, rest);
        if unknown.is_empty() {
            Ok(Self { source: source.into(), pieces })
        } else {
            let available = Variable::available(audience, context).map(Variable::name).collect();
            Err(BodyError::UnknownVariables { unknown, available })
        }
    }

    /// Returns the original text.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Returns its variables, each once, in catalogue order.
    pub fn variables(&self) -> Vec<Variable> {
        let mut variables: Vec<_> = self
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Variable(variable) => Some(*variable),
                Piece::Text(_) => None,
            })
            .collect();
        variables.sort_unstable();
        variables.dedup();
        variables
    }

    /// Whether it names the recipient's children, or one of them.
    pub fn names_pupils(&self) -> bool {
        self.pieces.iter().any(|piece| match piece {
            Piece::Variable(variable) => match variable.source() {
                Source::Pupil(_) | Source::Pupils => true,
                Source::School(_) | Source::Recipient(_) | Source::Request(_) => false,
            },
            Piece::Text(_) => false,
        })
    }

    /// Renders the text. Reports all variables without a value.
    pub fn render<'v>(
        &self,
        value_of: impl Fn(Variable) -> Option<Cow<'v, str>>,
    ) -> Result<String, MissingVariables> {
        let mut text = String::with_capacity(self.source.len() + 32);
        let mut missing = Vec::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(piece) => text.push_str(piece),
                Piece::Variable(variable) => match value_of(*variable) {
                    Some(value) => text.push_str(&value),
                    None if missing.contains(variable) => {}
                    None => missing.push(*variable),
                },
            }
        }
        if missing.is_empty() { Ok(text) } else { Err(MissingVariables(missing)) }
    }
}

fn push_text(pieces: &mut Vec<Piece>, text: &str) {
    if !text.is_empty() {
        pieces.push(Piece::Text(text.into()));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Values by variable name.
    fn values(given: &'static [(&str, &str)]) -> impl Fn(Variable) -> Option<Cow<'static, str>> {
        |variable| {
            given.iter().find(|(name, _)| *name == variable.name()).map(|(_, value)| Cow::Borrowed(*value))
        }
    }

    fn absence(source: &str) -> Result<Body, BodyError> {
        Body::parse(source, Audience::Guardians, Context::Absence)
    }

    #[test]
    fn the_values_stand_where_the_variables_stood() {
        let body = absence("{{recipient.name}} : {{ pupil.first_name }} est absent. {{pupil.first_name}} !")
            .unwrap();
        let values = values(&[("recipient.name", "Claire Martin"), ("pupil.first_name", "Emma")]);
        assert_eq!(body.render(values).unwrap(), "Claire Martin : Emma est absent. Emma !");
    }

    #[test]
    fn every_unknown_variable_is_reported_once_with_those_that_exist() {
        let Err(BodyError::UnknownVariables { unknown, available }) =
            absence("{{pupil.nickname}} {{meeting.date}} {{pupil.nickname}} {{}}")
        else {
            panic!("unknown variables were accepted");
        };
        assert_eq!(unknown, ["pupil.nickname", "meeting.date", ""]);
        assert!(available.contains(&"pupil.first_name"));
    }

    #[test]
    fn every_missing_value_is_reported() {
        let body = absence("{{pupil.name}} {{absence.date}} {{absence.period}} {{absence.date}}").unwrap();
        let missing = body.render(values(&[("pupil.name", "Emma")])).unwrap_err();
        let names: Vec<_> = missing.0.into_iter().map(Variable::name).collect();
        assert_eq!(names, ["absence.date", "absence.period"]);
    }

    #[test]
    fn a_text_that_cannot_be_sent_is_refused() {
        for (source, error) in [
            ("", BodyError::Empty),
            (" \n ", BodyError::Empty),
            ("{{pupil.name", BodyError::Unclosed),
            ("a\u{7}b", BodyError::ControlCharacter),
            ("Promo ! STOP au 36180", BodyError::StopCode),
        ] {
            assert_eq!(absence(source), Err(error), "{source:?}");
        }
        assert_eq!(absence(&"a".repeat(1601)), Err(BodyError::TooLong));
        assert!(absence(&"a".repeat(1600)).is_ok());
    }

    #[test]
    fn a_value_that_looks_like_a_variable_stays_a_value() {
        let body = absence("{{pupil.name}}").unwrap();
        let rendered = body.render(values(&[("pupil.name", "{{school.name}}")])).unwrap();
        assert_eq!(rendered, "{{school.name}}");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_one_without_braces_renders_as_itself(source in "[ -z\n{}é]{0,60}") {
            if let Ok(body) = absence(&source) && body.variables().is_empty() {
                prop_assert_eq!(body.render(values(&[])).unwrap(), source);
            }
        }
    }
}
