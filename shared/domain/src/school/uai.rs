//! The UAI, a school's official number.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::explain;
use crate::territory::Territory;

/// The 23 check letters, without I, O and Q, which resemble digits.
const CHECK_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPRSTUVWXYZ";

/// The *unité administrative immatriculée*, still called RNE by school staff: seven digits, the first
/// three of which are the département, and a check letter, `CHECK_LETTERS[digits mod 23]`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Uai {
    digits: u32,
    territory: Territory,
}

/// Why a text is not a UAI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UaiError {
    /// Not seven digits and a letter.
    #[error("not seven digits and a letter")]
    Form,
    /// Six digits and a letter that matches after restoring the zero.
    #[error("the leading zero is missing")]
    LostLeadingZero,
    /// The check letter does not match.
    #[error("the check letter does not match the digits")]
    CheckLetter,
    /// The first three digits are no département with schools.
    #[error("no département has this number")]
    Department,
}

explain! {
    UaiError:
    Self::Form => "uai_form",
        "Un numéro UAI (RNE) est fait de 7 chiffres et d’une lettre, par exemple 0951099D.",
        "A UAI (RNE) number is made of 7 digits and a letter, such as 0951099D.";
    Self::LostLeadingZero => "uai_lost_leading_zero",
        "Il manque le zéro du début, qu’un tableur a sans doute effacé : ajoutez-le devant les 6 chiffres.",
        "The leading zero is missing, probably eaten by a spreadsheet: put it back before the 6 digits.";
    Self::CheckLetter => "uai_check_letter",
        "La lettre ne correspond pas aux chiffres : une faute de frappe ? Recopiez le numéro UAI (RNE) de l’établissement.",
        "The letter does not belong to the digits: a typing error? Copy the school's UAI (RNE) number again.";
    Self::Department => "uai_department",
        "Les trois premiers chiffres ne sont pas un département (001 à 095, 620, 720, 971 à 978, 983 à 988).",
        "The first three digits are not a département (001 to 095, 620, 720, 971 to 978, 983 to 988).";
}

impl Uai {
    /// Parses a UAI. Lower case and inner white space are accepted.
    pub fn parse(input: &str) -> Result<Self, UaiError> {
        let mut characters = [0_u8; 8];
        let mut length = 0;
        for character in input.chars().filter(|c| !c.is_whitespace()) {
            if length == 8 || !character.is_ascii_alphanumeric() {
                return Err(UaiError::Form);
            }
            characters[length] = character.to_ascii_uppercase() as u8;
            length += 1;
        }
        let (letter, digits) = characters[..length].split_last().ok_or(UaiError::Form)?;
        if !letter.is_ascii_uppercase() || !digits.iter().all(u8::is_ascii_digit) {
            return Err(UaiError::Form);
        }
        let number = digits.iter().fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
        let fits = check_letter(number) == *letter;
        match digits.len() {
            7 if !fits => Err(UaiError::CheckLetter),
            7 => territory_of(number / 10_000)
                .map(|territory| Self { digits: number, territory })
                .ok_or(UaiError::Department),
            6 if fits => Err(UaiError::LostLeadingZero),
            _ => Err(UaiError::Form),
        }
    }

    /// Returns the school's territory.
    pub const fn territory(self) -> Territory {
        self.territory
    }
}

fn check_letter(number: u32) -> u8 {
    CHECK_LETTERS[number as usize % CHECK_LETTERS.len()]
}

/// Maps the first three digits to a territory. 975 to 978 and the 98x follow the national register of
/// schools; New Caledonia and Polynesia have two each.
fn territory_of(department: u32) -> Option<Territory> {
    Some(match department {
        1..=95 | 620 | 720 => Territory::Metropole,
        971 => Territory::Guadeloupe,
        972 => Territory::Martinique,
        973 => Territory::Guyane,
        974 => Territory::Reunion,
        975 => Territory::SaintPierreEtMiquelon,
        976 => Territory::Mayotte,
        977 => Territory::SaintBarthelemy,
        978 => Territory::SaintMartin,
        983 | 988 => Territory::NouvelleCaledonie,
        984 | 987 => Territory::PolynesieFrancaise,
        986 => Territory::WallisEtFutuna,
        _ => return None,
    })
}

impl fmt::Display for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:07}{}", self.digits, char::from(check_letter(self.digits)))
    }
}

impl fmt::Debug for Uai {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl TryFrom<String> for Uai {
    type Error = UaiError;

    fn try_from(text: String) -> Result<Self, UaiError> {
        Self::parse(&text)
    }
}

impl From<Uai> for String {
    fn from(uai: Uai) -> Self {
        uai.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn real_numbers_pass_in_any_case_and_with_spaces() {
        for text in ["0951099D", "0820683X", "0011070H", "6200001G", "9760127J"] {
            assert_eq!(Uai::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Uai::parse(" 095 1099 d").unwrap().to_string(), "0951099D");
    }

    #[test]
    fn each_mistake_has_its_own_reason() {
        for (text, error) in [
            ("0951099E", UaiError::CheckLetter),
            ("0951099I", UaiError::CheckLetter),
            ("951099D", UaiError::LostLeadingZero),
            ("095109D", UaiError::Form),
            ("", UaiError::Form),
            ("D", UaiError::Form),
            ("0951099", UaiError::Form),
            ("09510999D", UaiError::Form),
            ("0951099é", UaiError::Form),
            ("0960001E", UaiError::Department),
        ] {
            assert_eq!(Uai::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn the_department_tells_the_territory() {
        for (prefix, territory) in [
            (1, Territory::Metropole),
            (620, Territory::Metropole),
            (974, Territory::Reunion),
            (976, Territory::Mayotte),
            (983, Territory::NouvelleCaledonie),
            (984, Territory::PolynesieFrancaise),
            (986, Territory::WallisEtFutuna),
        ] {
            let number = prefix * 10_000 + 1;
            let text = format!("{number:07}{}", char::from(check_letter(number)));
            assert_eq!(Uai::parse(&text).unwrap().territory(), territory);
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_what_is_read_is_written_back(text in ".{0,12}") {
            if let Ok(uai) = Uai::parse(&text) {
                prop_assert_eq!(Uai::parse(&uai.to_string()), Ok(uai));
            }
        }

        #[test]
        fn one_wrong_digit_is_always_noticed(number in 10_000_u32..959_999, place in 0_u32..7, change in 1_u32..10) {
            let text = format!("{number:07}{}", char::from(check_letter(number)));
            let power = 10_u32.pow(place);
            let digit = number / power % 10;
            let wrong = number - digit * power + (digit + change) % 10 * power;
            let mistyped = format!("{wrong:07}{}", &text[7..]);
            prop_assert!(Uai::parse(&mistyped).is_err());
        }
    }
}
