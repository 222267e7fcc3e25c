//! Months in a school's time zone.

use std::fmt;

use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::{explain, span::Span};

/// A month in a school's time zone, to which sends are charged: `2026-11`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(Date);

/// Not a year and a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month")]
pub struct NotAMonth;

explain! {
    NotAMonth:
    _ => "not_a_month",
        "Un mois s’écrit avec l’année puis le mois, par exemple 2026-11.",
        "A month is written with the year, then the month, for example 2026-11.";
}

impl Month {
    /// Days after a month's end until it is closed: all refunds of its last sends are complete by then.
    pub const CLOSES_AFTER_DAYS: i8 = 8;

    /// Returns the month of an instant.
    pub fn of(instant: Timestamp, zone: &TimeZone) -> Self {
        Self(instant.to_zoned(zone.clone()).date().first_of_month())
    }

    /// Parses `2026-11`.
    pub fn parse(text: &str) -> Result<Self, NotAMonth> {
        if text.len() != 7 {
            return Err(NotAMonth);
        }
        let first: Date = format!("{text}-01").parse().map_err(|_| NotAMonth)?;
        if first.year() > 0 { Ok(Self(first)) } else { Err(NotAMonth) }
    }

    /// Returns the number of days.
    pub fn days(self) -> i8 {
        self.0.days_in_month()
    }

    /// Returns the day of the month at an instant: `None` before it, its last day after it.
    pub fn day(self, instant: Timestamp, zone: &TimeZone) -> Option<i8> {
        let today = instant.to_zoned(zone.clone()).date();
        match today.first_of_month() {
            first if first < self.0 => None,
            first if first > self.0 => Some(self.days()),
            _ => Some(today.day()),
        }
    }

    /// Returns the earliest instant of its close.
    pub fn closes_at(self, zone: &TimeZone) -> Timestamp {
        let days = i32::from(Self::CLOSES_AFTER_DAYS) + 1;
        let day = self.0.last_of_month().checked_add(days.days());
        let midnight = day.and_then(|day| day.to_zoned(zone.clone()));
        // The calendar's last month may be asked for. It never closes.
        midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
    }

    /// Whether it may be closed.
    pub fn may_close(self, zone: &TimeZone, now: Timestamp) -> bool {
        now >= self.closes_at(zone)
    }

    /// Returns the span of due times of its sends in any time zone: a school that changes its time zone
    /// moves no send to another month, so each send's own month must be checked.
    pub fn widest_span(self) -> Span {
        // From the easternmost start to the westernmost end.
        const FARTHEST: SignedDuration = SignedDuration::from_hours(26);
        let (from, to) = (self.0, self.0.last_of_month());
        let span = Span::of_days(Some(from), Some(to), &TimeZone::UTC).expect("a month ends after it begins");
        // The calendar's first and last month may be asked for.
        Span {
            from: span.from.checked_sub(FARTHEST).unwrap_or(Timestamp::MIN),
            until: span.until.checked_add(FARTHEST).unwrap_or(Timestamp::MAX),
        }
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0.year(), self.0.month())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::territory::Territory;

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_month_begins_at_the_schools_own_midnight() {
        let month = |territory: Territory| {
            Month::of(instant("2026-10-31T23:30:00Z"), territory.time_zone()).to_string()
        };
        assert_eq!(month(Territory::Metropole), "2026-11");
        assert_eq!(month(Territory::Guadeloupe), "2026-10");
        assert_eq!(month(Territory::NouvelleCaledonie), "2026-11");
    }

    #[test]
    fn a_month_may_be_closed_when_eight_days_of_the_next_one_are_over() {
        let (month, zone) = (Month::parse("2026-11").unwrap(), Territory::Metropole.time_zone());
        assert!(!month.may_close(zone, instant("2026-12-08T22:59:59Z")));
        assert!(month.may_close(zone, instant("2026-12-08T23:00:00Z")));
        let reunion = Territory::Reunion.time_zone();
        assert_eq!(month.closes_at(reunion), instant("2026-12-08T20:00:00Z"));
        assert_eq!(Month::parse("9999-12").unwrap().closes_at(zone), Timestamp::MAX);
    }

    #[test]
    fn the_days_of_a_month_are_counted_from_its_first() {
        let (month, zone) = (Month::parse("2026-11").unwrap(), Territory::Metropole.time_zone());
        for (at, day) in [
            ("2026-10-31T22:59:59Z", None),
            ("2026-10-31T23:00:00Z", Some(1)),
            ("2026-11-30T12:00:00Z", Some(30)),
            ("2027-03-01T12:00:00Z", Some(30)),
        ] {
            assert_eq!(month.day(instant(at), zone), day, "{at}");
        }
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in
            ["", "2026-13", "2026-00", "0000-01", "2026-1", "2026-11-01", "26-11", "-001-01", "2026/11"]
        {
            assert_eq!(Month::parse(text), Err(NotAMonth), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_month_reads_back_and_no_text_panics(text in "[0-9-]{0,9}", year in 1_i16..=9999, month in 1_i8..=12) {
            let written = format!("{year:04}-{month:02}");
            let read = Month::parse(&written).unwrap();
            prop_assert_eq!(read.to_string(), written);
            let span = read.widest_span();
            prop_assert!(span.from < span.until);
            if let Ok(month) = Month::parse(&text) {
                prop_assert_eq!(month.to_string(), text);
            }
        }

        #[test]
        fn the_widest_span_of_a_month_holds_all_of_it_in_every_territory(second in 0_i64..4_000_000_000) {
            let now = Timestamp::from_second(second).unwrap();
            for territory in Territory::ALL {
                prop_assert!(Month::of(now, territory.time_zone()).widest_span().contains(now));
            }
        }
    }
}
