//! Filters of the sent log.

use super::{Logged, Mention};
use crate::span::Span;
use crate::{
    id::{PersonId, SendId, TemplateId},
    language::{Explain, Phrase},
    line::Line,
    phone::{Destination, PhoneNumber},
    sending::Send,
    template::Context,
    territory::Territory,
};

/// Conditions on messages, all of which must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// When they were due.
    pub span: Option<Span>,
    /// The name of their state.
    pub state: Option<&'static str>,
    /// A recipient or a person concerned.
    pub person: Option<PersonId>,
    /// Digits of the recipient's number.
    pub number: Option<NumberPart>,
    pub template: Option<TemplateId>,
    pub context: Option<Context>,
    pub send: Option<SendId>,
    /// The `sub` claim of the sender's token.
    pub sender: Option<Line<128>>,
}

impl Filter {
    /// Whether messages of a send can match, by the properties shared by all of them.
    pub fn admits_send(&self, send: &Send) -> bool {
        self.span.is_none_or(|span| span.contains(send.due_at))
            && self.template.is_none_or(|wanted| send.origin.template() == Some(wanted))
            && self.context.is_none_or(|wanted| send.context == wanted)
            && self.send.is_none_or(|wanted| send.id == wanted)
            && self.sender.as_ref().is_none_or(|wanted| send.accepted_by == *wanted)
    }

    /// Whether a message matches.
    pub fn admits(&self, logged: &Logged<'_>) -> bool {
        self.admits_send(logged.send)
            && self.person.is_none_or(|wanted| logged.message.concerns(wanted))
            && self.state.is_none_or(|wanted| logged.state.as_str() == wanted)
            && self.number.as_ref().is_none_or(|part| logged.message.phone().is_some_and(|p| part.is_in(p)))
    }

    /// Whether the filter selects whole sends, so that messages can be counted without reading them.
    pub const fn takes_whole_sends(&self) -> bool {
        self.state.is_none() && self.person.is_none() && self.number.is_none()
    }

    /// Whether the filter accepts every send.
    pub fn takes_all_sends(&self) -> bool {
        self.span.is_none() && self.template.is_none() && self.context.is_none() && self.sender.is_none()
    }

    /// Returns the mention that locates parcels without reading all of them.
    pub fn mention(&self) -> Option<Mention> {
        let phone = self.number.as_ref().and_then(|part| part.whole);
        self.person.map(Mention::Person).or_else(|| phone.map(Mention::Phone))
    }
}

/// Digits of a number, in part or in full: `8765`, `06 12`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberPart {
    digits: String,
    /// The number, if the digits are complete.
    whole: Option<PhoneNumber>,
}

/// Not the digits of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not from {} to {} digits", NumberPart::FEWEST, NumberPart::MOST)]
pub struct NumberPartError;

impl Explain for NumberPartError {
    fn code(&self) -> &'static str {
        "not_digits_of_a_number"
    }

    fn explain(&self) -> Phrase {
        let (fewest, most) = (NumberPart::FEWEST, NumberPart::MOST);
        Phrase::new(
            format!(
                "Donnez de {fewest} à {most} chiffres qui se suivent dans le numéro, par exemple 8765 ou 06 12."
            ),
            format!(
                "Give {fewest} to {most} digits that follow each other in the number, for example 8765 or 06 12."
            ),
        )
    }
}

impl NumberPart {
    /// A single digit occurs in nearly every number.
    pub const FEWEST: usize = 2;
    /// E.164 allows fifteen digits; two more for the prefix 00.
    pub const MOST: usize = 17;

    /// Maximum input length, separators included.
    pub const MAX_CHARACTERS: usize = PhoneNumber::MAX_CHARACTERS;

    /// Digits of a complete French number.
    const WHOLE: usize = 10;

    /// Parses digits, with a plus sign, spaces, dots, hyphens, slashes or brackets.
    pub fn parse(typed: &str) -> Result<Self, NumberPartError> {
        let is_between = |c: char| c.is_whitespace() || matches!(c, '.' | '-' | '/' | '(' | ')');
        let (plus, rest) = match typed.trim().strip_prefix('+') {
            Some(rest) => (true, rest),
            None => (false, typed.trim()),
        };
        let digits: String = rest.chars().filter(|c| !is_between(*c)).collect();
        let fits = typed.chars().count() <= Self::MAX_CHARACTERS
            && (Self::FEWEST..=Self::MOST).contains(&digits.len());
        if !fits || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberPartError);
        }
        let is_whole = plus || digits.len() >= Self::WHOLE;
        let whole = is_whole.then(|| PhoneNumber::parse(typed, Territory::Metropole).ok()).flatten();
        let digits =
            digits.strip_prefix("00").map(str::to_owned).filter(|rest| !rest.is_empty()).unwrap_or(digits);
        Ok(Self { digits, whole })
    }

    /// Creates a filter on a complete number.
    pub fn whole(phone: PhoneNumber) -> Self {
        Self { digits: phone.e164().trim_start_matches('+').to_owned(), whole: Some(phone) }
    }

    /// Returns the input of [`NumberPart::parse`]. For the original request only, never for a log.
    pub(super) fn as_text(&self) -> String {
        self.whole.map_or_else(|| self.digits.clone(), PhoneNumber::e164)
    }

    /// Whether a number contains the digits, in international or national notation.
    fn is_in(&self, phone: PhoneNumber) -> bool {
        if let Some(whole) = self.whole {
            return whole == phone;
        }
        let international = phone.e164();
        let calling_code = match phone.destination() {
            Destination::Territory(territory) => Some(territory.calling_code()),
            Destination::Simulated => Some(Territory::Metropole.calling_code()),
            Destination::Country(_) => None,
        };
        let without_code = calling_code.and_then(|code| international.get(1 + code.len()..));
        international.contains(&self.digits)
            || without_code.is_some_and(|rest| format!("0{rest}").contains(&self.digits))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_by_the_digits_that_somebody_remembers() {
        let phone = |typed| PhoneNumber::parse(typed, Territory::Metropole).unwrap();
        let found = |part, typed| NumberPart::parse(part).unwrap().is_in(phone(typed));
        for part in
            ["34", "0612", "06 12 34", "+33612345678", "33612", "0612345678", "678", "0033 6 12 34 56 78"]
        {
            assert!(found(part, "0612345678"), "{part}");
        }
        for part in ["35", "0712", "+33612345679", "0612345679"] {
            assert!(!found(part, "0612345678"), "{part}");
        }
        assert!(found("0692", "0692123456") && found("2626", "0692123456") && !found("0262", "0692123456"));
    }

    #[test]
    fn anything_but_some_digits_is_refused() {
        for typed in ["", "1", "+", "12a", "1".repeat(18).as_str(), "١٢٣", "1+2"] {
            assert_eq!(NumberPart::parse(typed), Err(NumberPartError), "{typed}");
        }
        assert!(NumberPart::parse("12").is_ok() && NumberPart::parse(&"1".repeat(17)).is_ok());
    }
}
