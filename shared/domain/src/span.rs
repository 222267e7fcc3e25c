//! Time spans of messages' due times.

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::explain;

/// A time span, end exclusive. Messages count at the instant at which they were due, as for the month
/// charged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub from: Timestamp,
    /// Exclusive.
    pub until: Timestamp,
}

impl Span {
    /// All time.
    pub const ALWAYS: Self = Self { from: Timestamp::UNIX_EPOCH, until: Timestamp::MAX };

    /// Creates a span of days in a time zone, both inclusive; open-ended without a bound.
    pub fn of_days(from: Option<Date>, to: Option<Date>, zone: &TimeZone) -> Result<Self, DaysAreReversed> {
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(DaysAreReversed);
        }
        // Some midnights do not exist: the day begins when the clock goes on. A day at the calendar's edge may begin
        // beyond it: nothing is older, or newer, than that.
        let begins = |day: Date| match day.to_zoned(zone.clone()) {
            Ok(midnight) => midnight.timestamp(),
            Err(_) if day.year() > 0 => Timestamp::MAX,
            Err(_) => Timestamp::MIN,
        };
        let always = Self::ALWAYS;
        Ok(Self {
            from: from.map_or(always.from, begins),
            until: to.map_or(always.until, |day| day.tomorrow().map_or(Timestamp::MAX, begins)),
        })
    }

    /// Whether an instant is within it.
    pub fn contains(&self, instant: Timestamp) -> bool {
        (self.from..self.until).contains(&instant)
    }
}

/// The last day is before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the last day is before the first")]
pub struct DaysAreReversed;

explain! {
    DaysAreReversed:
    _ => "days_are_reversed",
        "Le dernier jour (to) précède le premier (from) : échangez-les.",
        "The last day (to) is before the first (from): exchange them.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::territory::Territory;

    #[test]
    fn days_begin_at_the_schools_own_midnight() {
        let day = |text: &str| Some(text.parse::<Date>().unwrap());
        let span = |from, to, territory: Territory| Span::of_days(from, to, territory.time_zone());
        let november = span(day("2026-11-01"), day("2026-11-30"), Territory::Metropole).unwrap();
        assert_eq!(november.from.to_string(), "2026-10-31T23:00:00Z");
        assert_eq!(november.until.to_string(), "2026-11-30T23:00:00Z");
        assert!(november.contains(november.from) && !november.contains(november.until));
        let one = span(day("2026-11-01"), day("2026-11-01"), Territory::NouvelleCaledonie).unwrap();
        assert_eq!(
            (one.from.to_string(), one.until.to_string()),
            ("2026-10-31T13:00:00Z".into(), "2026-11-01T13:00:00Z".into())
        );
        assert_eq!(span(day("2026-11-02"), day("2026-11-01"), Territory::Metropole), Err(DaysAreReversed));
        assert_eq!(span(None, None, Territory::Metropole), Ok(Span::ALWAYS));
    }
}
