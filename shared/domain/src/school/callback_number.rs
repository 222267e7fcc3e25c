//! The school's callback number.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::explain;

/// A phone number as the school displays it: any kind of line, in its own spelling.
///
/// SMS senders cannot be customised, so a school includes this number in its templates:
/// `{{school.callback_number}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallbackNumber(Box<str>);

/// Not a dialable number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a dialable number")]
pub struct CallbackNumberError;

explain! {
    CallbackNumberError:
    _ => "callback_number",
        "Saisissez un numéro à appeler : de 4 à 15 chiffres, avec des espaces ou des points si vous voulez, par exemple 01 99 00 12 34.",
        "Give a number to call: 4 to 15 digits, with spaces or dots if you like, such as 01 99 00 12 34.";
}

impl CallbackNumber {
    /// Minimum number of digits.
    pub const FEWEST_DIGITS: usize = 4;
    /// Maximum number of digits (E.164).
    pub const MOST_DIGITS: usize = 15;
    /// Maximum length with separators and white space.
    pub const MAX_CHARACTERS: usize = 25;

    /// Parses 4 to 15 digits with the usual separators.
    pub fn parse(input: &str) -> Result<Self, CallbackNumberError> {
        let text = input.trim();
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        let rest = text.strip_prefix('+').unwrap_or(text);
        let in_form =
            rest.bytes().all(|b| b.is_ascii_digit() || matches!(b, b' ' | b'.' | b'-' | b'(' | b')'));
        let is_short = input.chars().count() <= Self::MAX_CHARACTERS;
        if (Self::FEWEST_DIGITS..=Self::MOST_DIGITS).contains(&digits) && is_short && in_form {
            Ok(Self(text.into()))
        } else {
            Err(CallbackNumberError)
        }
    }
}

impl fmt::Display for CallbackNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for CallbackNumber {
    type Error = CallbackNumberError;

    fn try_from(text: String) -> Result<Self, CallbackNumberError> {
        Self::parse(&text)
    }
}

impl From<CallbackNumber> for String {
    fn from(number: CallbackNumber) -> Self {
        number.0.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_number_that_can_be_dialled_is_kept_as_it_was_written() {
        for text in ["01 99 00 12 34", "+687 25.12.34", "3949"] {
            assert_eq!(CallbackNumber::parse(text).unwrap().to_string(), text);
        }
        for text in ["", "appelez", "123", "0199001234 poste 12", "1234567890123456"] {
            assert_eq!(CallbackNumber::parse(text), Err(CallbackNumberError), "{text}");
        }
    }
}
