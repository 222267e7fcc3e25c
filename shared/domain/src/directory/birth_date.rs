//! Birth dates, which distinguish people of one name.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::explain;

/// A birth date between 1900 and 2100. Files are older than the clock that reads them, so the upper bound is not today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct BirthDate(Date);

/// Not a birth date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum BirthDateError {
    /// Neither `2015-03-12` nor `12/03/2015`, or no day of the calendar.
    #[error("not a date")]
    NotADate,
    /// Before 1900 or after 2100.
    #[error("an impossible year")]
    Year,
}

explain! {
    BirthDateError:
    Self::NotADate => "not_a_date",
        "Ce n’est pas une date : écrivez 2015-03-12 ou 12/03/2015.",
        "This is not a date: write 2015-03-12 or 12/03/2015.";
    Self::Year => "year_out_of_range",
        "L’année de naissance est entre 1900 et 2100.",
        "The year of birth is between 1900 and 2100.";
}

impl BirthDate {
    /// Parses `2015-03-12`, or `12/03/2015` with `/`, `-` or `.`, with or without an hour after it.
    pub fn parse(text: &str) -> Result<Self, BirthDateError> {
        let day = text.split([' ', 'T']).find(|word| !word.is_empty()).ok_or(BirthDateError::NotADate)?;
        let parts: Vec<&str> = day.split(['/', '-', '.']).collect();
        let [first, month, last] = parts.as_slice() else { return Err(BirthDateError::NotADate) };
        let (year, day) = match (first.len(), last.len()) {
            (4, 1 | 2) => (*first, *last),
            (1 | 2, 4) => (*last, *first),
            _ => return Err(BirthDateError::NotADate),
        };
        let digits = |text: &str| {
            let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_number { text.parse::<i16>().ok() } else { None }
        };
        let day = digits(day).and_then(|day| i8::try_from(day).ok());
        let month = digits(month).and_then(|month| i8::try_from(month).ok());
        let (Some(year), Some(month), Some(day)) = (digits(year), month, day) else {
            return Err(BirthDateError::NotADate);
        };
        if !(1900..=2100).contains(&year) {
            return Err(BirthDateError::Year);
        }
        Date::new(year, month, day).map(Self).map_err(|_| BirthDateError::NotADate)
    }

    /// Returns the day.
    pub const fn date(self) -> Date {
        self.0
    }
}

impl fmt::Display for BirthDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TryFrom<String> for BirthDate {
    type Error = BirthDateError;

    fn try_from(text: String) -> Result<Self, BirthDateError> {
        Self::parse(&text)
    }
}

impl From<BirthDate> for String {
    fn from(date: BirthDate) -> Self {
        date.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_date_is_read_as_french_and_as_international_files_write_it() {
        let date = BirthDate::parse("2015-03-12").unwrap();
        for text in ["12/03/2015", "12-03-2015", "12.3.2015", "2015-03-12T00:00:00", "12/03/2015 00:00"] {
            assert_eq!(BirthDate::parse(text), Ok(date), "{text}");
        }
        assert_eq!(date.to_string(), "2015-03-12");
        for text in
            ["", " ", "12/03", "12/03/15", "31/02/2015", "a/b/2015", "+1/03/2015", "42075", "2015/12/2015"]
        {
            assert_eq!(BirthDate::parse(text), Err(BirthDateError::NotADate), "{text}");
        }
        assert_eq!(BirthDate::parse("12/03/0015"), Err(BirthDateError::Year));
    }
}
