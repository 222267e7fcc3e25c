//! School years.

use std::fmt;

use jiff::{Timestamp, tz::TimeZone};
use serde::{Deserialize, Serialize};

/// A school year, `2026-2027`. Starts with August, when schools prepare it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i16", into = "i16")]
pub struct SchoolYear(i16);

/// Not two consecutive years.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a school year")]
pub struct NotASchoolYear;

impl SchoolYear {
    /// Returns the school year of an instant.
    pub fn of(instant: Timestamp, zone: &TimeZone) -> Self {
        let today = instant.to_zoned(zone.clone()).date();
        Self(if today.month() >= 8 { today.year() } else { today.year() - 1 })
    }

    /// Returns the school year that begins in a year, as files of school software name it.
    pub fn beginning_in(year: i16) -> Result<Self, NotASchoolYear> {
        if (1000..9999).contains(&year) { Ok(Self(year)) } else { Err(NotASchoolYear) }
    }

    /// Returns the year in which it begins.
    pub const fn first_year(self) -> i16 {
        self.0
    }

    /// Parses `2026-2027`.
    pub fn parse(text: &str) -> Result<Self, NotASchoolYear> {
        let (first, second) = text.split_once('-').ok_or(NotASchoolYear)?;
        let year = |text: &str| match text.len() {
            4 => text.parse::<i16>().map_err(|_| NotASchoolYear),
            _ => Err(NotASchoolYear),
        };
        let (first, second) = (year(first)?, year(second)?);
        let year = Self::beginning_in(first)?;
        if second == first + 1 { Ok(year) } else { Err(NotASchoolYear) }
    }
}

impl TryFrom<i16> for SchoolYear {
    type Error = NotASchoolYear;

    fn try_from(year: i16) -> Result<Self, NotASchoolYear> {
        Self::beginning_in(year)
    }
}

impl From<SchoolYear> for i16 {
    fn from(year: SchoolYear) -> Self {
        year.0
    }
}

impl fmt::Display for SchoolYear {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0, self.0 + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::territory::Territory;

    #[test]
    fn a_school_year_begins_in_august_and_reads_back() {
        let zone = Territory::Metropole.time_zone();
        let year = |instant: &str| SchoolYear::of(instant.parse().unwrap(), zone).to_string();
        assert_eq!(year("2026-07-31T21:59:59Z"), "2025-2026");
        assert_eq!(year("2026-07-31T22:00:00Z"), "2026-2027");
        assert_eq!(SchoolYear::parse("2026-2027").unwrap().to_string(), "2026-2027");
        for text in ["", "2026", "2026-2028", "26-27", "-002--001", "20266-20267"] {
            assert_eq!(SchoolYear::parse(text), Err(NotASchoolYear), "{text}");
        }
    }
}
