//! The cells of phones, classes and identifiers, as people and spreadsheets leave them.

use domain::{
    line::folded,
    phone::{PhoneNumber, PhoneNumberError},
    territory::Territory,
};

use super::words;

/// A number in a cell, and whether the cell has others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PhoneCell {
    pub phone: PhoneNumber,
    pub has_others: bool,
}

/// Reads a cell of phones; `None` if it says that there is none.
pub(crate) fn phone(cell: &str, home: Territory) -> Result<Option<PhoneCell>, PhoneNumberError> {
    if words::is_empty(cell) {
        return Ok(None);
    }
    let first = one_phone(cell, home);
    if let Ok(phone) = first {
        return Ok(Some(PhoneCell { phone, has_others: false }));
    }
    let pieces = cell
        .split([';', ',', '|', '\n', '\r', '/'])
        .flat_map(|piece| piece.split(" ou "))
        .filter(|piece| piece.chars().filter(char::is_ascii_digit).count() > 3);
    let numbers: Vec<PhoneNumber> = pieces.filter_map(|piece| one_phone(piece, home).ok()).collect();
    match (numbers.first(), first) {
        (Some(phone), _) => Ok(Some(PhoneCell { phone: *phone, has_others: numbers.len() > 1 })),
        (None, Err(error)) => Err(error),
        (None, Ok(_)) => Ok(None),
    }
}

fn one_phone(cell: &str, home: Territory) -> Result<PhoneNumber, PhoneNumberError> {
    let cell = without_fraction(cell.trim().trim_start_matches(['\'', '’', '=']).trim_matches('"'));
    let typed = PhoneNumber::parse(cell, home);
    match typed {
        Err(
            PhoneNumberError::NotANumber | PhoneNumberError::TooFewDigits | PhoneNumberError::TooManyDigits,
        ) => {}
        Ok(_)
        | Err(
            PhoneNumberError::Empty
            | PhoneNumberError::RoundedBySpreadsheet
            | PhoneNumberError::Short
            | PhoneNumberError::Landline
            | PhoneNumberError::SpecialRate
            | PhoneNumberError::MachineToMachine
            | PhoneNumberError::Unallocated,
        ) => return typed,
    }
    // `Mobile : 06 …`, `06 … (travail)`, `06 … - mère`, `06_39_…`: the words go, if the digits stand together.
    // `06,39,98,…`: signs stand for spaces, unless pieces of the cell are numbers of their own.
    let bare: String = cell
        .replace("(0)", "")
        .chars()
        .map(|c| if c.is_ascii_digit() || matches!(c, '+' | '.' | ' ' | '-') { c } else { ' ' })
        .collect();
    let bare = bare.trim_matches(|c: char| !c.is_ascii_digit() && c != '+');
    let is_worded = cell.chars().any(|c| c.is_alphabetic() || matches!(c, '_' | '/' | ','));
    if is_worded || bare.len() < cell.len() { PhoneNumber::parse(bare, home).or(typed) } else { typed }
}

/// `639980001.0`, `639980028,00`: a spreadsheet took the number for an amount.
pub(crate) fn without_fraction(cell: &str) -> &str {
    let Some((number, fraction)) = cell.rsplit_once(['.', ',']) else { return cell };
    let digits = number.strip_prefix('+').unwrap_or(number);
    let is_amount = (digits.len() > 2 || !fraction.is_empty())
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && !digits.is_empty()
        && !fraction.is_empty()
        && fraction.len() <= 2
        && fraction.bytes().all(|byte| byte == b'0');
    if is_amount { number } else { cell }
}

/// Numbers that people type to fill a field: `06 00 00 00 00`, `06 06 06 06 06`, `06 12 34 56 78`.
pub(crate) fn is_placeholder(phone: PhoneNumber) -> bool {
    let e164 = phone.e164();
    let Some(national) = e164.strip_prefix("+33") else { return false };
    let Some(rest) = national.get(1..) else { return false };
    let repeats = |len: usize| rest.as_bytes().chunks(len).all(|chunk| chunk == &rest.as_bytes()[..len]);
    repeats(1) || (repeats(2) && rest.starts_with(&format!("0{}", &national[..1]))) || rest == "12345678"
}

/// A number or a date that a spreadsheet made of a class: `6,00E+01`, `05-janv`.
pub(crate) fn is_damaged_class(cell: &str) -> bool {
    const MONTHS: [&str; 14] = [
        "janv", "fevr", "mars", "avr", "mai", "juin", "juil", "aout", "sept", "oct", "nov", "dec", "jan",
        "feb",
    ];
    let cell = folded(cell);
    let words: Vec<&str> = cell.split(' ').collect();
    let is_number = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
    is_rounded(&cell)
        || (words.len() >= 2
            && words.iter().any(|word| MONTHS.contains(word))
            && words.iter().filter(|word| !MONTHS.contains(word)).all(&is_number))
        || (words.len() == 3 && words.iter().all(is_number) && words.iter().any(|word| word.len() == 4))
}

/// `1,23457E+09`: the last digits are lost.
pub(crate) fn is_rounded(cell: &str) -> bool {
    let cell = cell.to_ascii_lowercase().replace(['+', ',', '.', ' '], "");
    cell.split_once('e').is_some_and(|(mantissa, exponent)| {
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        digits(mantissa) && digits(exponent) && exponent.len() == 2 && exponent.starts_with(['0', '1'])
    })
}

/// A value that fills a column of identifiers without being one.
pub(crate) fn is_filler(id: &str) -> bool {
    is_rounded(id) || words::is_empty(id) || id.bytes().all(|byte| byte == b'0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> Result<Option<String>, PhoneNumberError> {
        Ok(phone(cell, Territory::Metropole)?.map(|cell| cell.phone.e164()))
    }

    #[test]
    fn numbers_are_read_as_people_and_spreadsheets_write_them() {
        for cell in [
            "06 39 98 00 10",
            "06.39.98.00.10",
            "'0639980010",
            "639980010",
            "639980010.0",
            "639980010,00",
            "06/39/98/00/10",
            "06,39,98,00,10",
            "06_39_98_00_10",
            "06 39 98 00 10.",
            "06 39 98 00 10 (travail)",
            "Mobile : 06 39 98 00 10",
            "06 39 98 00 10 - mère",
            "tel:+33639980010",
            "+33 (0)6 39 98 00 10",
            "0639980010 / 0199003456",
            "01 99 00 34 56 ou 06 39 98 00 10",
        ] {
            assert_eq!(read(cell), Ok(Some("+33639980010".to_owned())), "{cell}");
        }
        assert!(phone("0639980010 / 0639980011", Territory::Metropole).unwrap().unwrap().has_others);
        for cell in ["-", "néant", "non communiqué", "liste rouge", "Non saisi", "#N/A", "NULL", " "] {
            assert_eq!(read(cell), Ok(None), "{cell}");
        }
        assert_eq!(read("6,39981E+08"), Err(PhoneNumberError::RoundedBySpreadsheet));
        assert_eq!(read("01 99 00 12 34"), Err(PhoneNumberError::Landline));
        // A German number with a fraction is no French one.
        assert_eq!(read("00491711234567.0"), Ok(Some("+491711234567".to_owned())));
    }

    #[test]
    fn what_spreadsheets_damage_is_known() {
        for class in ["6,00E+01", "05-janv", "5-mars", "05/01/2026", "6.00E+01"] {
            assert!(is_damaged_class(class), "{class}");
        }
        for class in ["6A", "6e A", "5 mars A", "3E", "2nde 4", "6E1", "CE1", "1ES2"] {
            assert!(!is_damaged_class(class), "{class}");
        }
        for id in ["0", "-", "000", "#N/A", "1,23457E+09", "NULL"] {
            assert!(is_filler(id), "{id}");
        }
        for id in ["12", "120000001AA", "MATHS", "E1"] {
            assert!(!is_filler(id), "{id}");
        }
        let number = |text: &str| PhoneNumber::parse(text, Territory::Metropole).unwrap();
        for text in ["0600000000", "0606060606", "0612345678", "0611111111"] {
            assert!(is_placeholder(number(text)), "{text}");
        }
        assert!(!is_placeholder(number("0639980010")) && !is_placeholder(number("0698989898")));
    }
}
