//! Retention of texts and numbers.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::language::{Explain, Phrase};

/// Retention in days of texts and numbers after the end of a send: 60 to 3650. Counts and costs stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u64", into = "u64")]
pub struct TextsKept(u16);

/// Below the needs of monthly billing, or beyond any need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("retention is {} to {} days", TextsKept::SHORTEST_DAYS, TextsKept::LONGEST_DAYS)]
pub struct TextsKeptError;

impl Explain for TextsKeptError {
    fn code(&self) -> &'static str {
        "texts_kept"
    }

    fn explain(&self) -> Phrase {
        let (shortest, longest) = (TextsKept::SHORTEST_DAYS, TextsKept::LONGEST_DAYS);
        Phrase::new(
            format!(
                "Les textes et les numéros se gardent de {shortest} à {longest} jours : le relevé du mois doit d’abord être clos."
            ),
            format!(
                "Texts and numbers are kept for {shortest} to {longest} days: the month's statement must be closed first."
            ),
        )
    }
}

impl TextsKept {
    /// Minimum: a month, the days until its statement is closed, and some for review.
    pub const SHORTEST_DAYS: u16 = 60;
    /// Maximum: the limitation period of claims.
    pub const LONGEST_DAYS: u16 = 3650;
    /// The maximum.
    pub const LONGEST: Self = Self(Self::LONGEST_DAYS);

    /// Validates a number of days.
    pub fn new(days: u64) -> Result<Self, TextsKeptError> {
        match u16::try_from(days) {
            Ok(days) if (Self::SHORTEST_DAYS..=Self::LONGEST_DAYS).contains(&days) => Ok(Self(days)),
            _ => Err(TextsKeptError),
        }
    }

    /// Returns its length.
    pub fn duration(self) -> SignedDuration {
        SignedDuration::from_hours(24 * i64::from(self.0))
    }

    /// Whether the retention of what ended at an instant is over.
    pub fn is_over(self, ended_at: Timestamp, now: Timestamp) -> bool {
        now.duration_since(ended_at) >= self.duration()
    }
}

impl Default for TextsKept {
    /// The year recommended by an academy's guidance.
    fn default() -> Self {
        Self(365)
    }
}

impl TryFrom<u64> for TextsKept {
    type Error = TextsKeptError;

    fn try_from(days: u64) -> Result<Self, TextsKeptError> {
        Self::new(days)
    }
}

impl From<TextsKept> for u64 {
    fn from(kept: TextsKept) -> Self {
        kept.0.into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_kept_for_two_months_to_ten_years_and_a_year_by_default() {
        for days in [60, 61, 365, 3649, 3650] {
            assert_eq!(u64::from(TextsKept::new(days).unwrap()), days);
        }
        for days in [0, 1, 59, 3651, 65_536 + 60, u64::MAX] {
            assert_eq!(TextsKept::new(days), Err(TextsKeptError), "{days}");
        }
        assert_eq!(u64::from(TextsKept::default()), 365);
        assert_eq!(TextsKept::LONGEST, TextsKept::new(3650).unwrap());
    }

    proptest! {
        #[test]
        fn a_period_ends_at_its_instant_and_not_before(
            days in 60_u64..=3650,
            ended_s in 0_i64..4_000_000_000,
            early_ns in 1_i64..10_000_000_000,
        ) {
            let kept = TextsKept::new(days).unwrap();
            let ended_at = Timestamp::from_second(ended_s).unwrap();
            let end = ended_at + kept.duration();
            prop_assert!(kept.is_over(ended_at, end));
            prop_assert!(!kept.is_over(ended_at, end - SignedDuration::from_nanos(early_ns)));
        }
    }
}
