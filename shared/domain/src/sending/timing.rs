//! When a send leaves: at once, at a planned time, after quiet hours, or after a recall window.

use jiff::{
    SignedDuration, Timestamp, ToSpan,
    civil::{Date, DateTime, Time},
    tz::AmbiguousOffset,
};
use serde::{Deserialize, Serialize};

use crate::{clock::later, explain, school::School, template::Context};

/// The requested time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    Now,
    /// At a local time of the school.
    At(DateTime),
    /// Some days before an event, at a local time of the school.
    Before {
        /// Day of the event.
        event: Date,
        /// Days before; 0 for the day itself.
        days: u16,
        at: Time,
    },
}

/// Why a send is delayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wait {
    /// Planned for this time.
    Planned,
    QuietHours,
    /// The absence may still be withdrawn.
    RecallWindow,
}

/// When a send leaves, and why it is delayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// The instant from which it may leave.
    pub due_at: Timestamp,
    /// `None` without delay.
    pub wait: Option<Wait>,
    /// Whether the requested time does not exist on that day (clock change) and was moved one hour
    /// later.
    pub hour_was_skipped: bool,
    /// Whether it ignores quiet hours.
    pub urgent: bool,
}

/// Why a send cannot be planned for a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimingError {
    #[error("the time is past")]
    Past,
    #[error("the time is more than a year ahead")]
    TooFar,
    /// No such day: too many days before the event.
    #[error("there is no such day")]
    NoSuchDay,
    /// The licence expires before then.
    #[error("the licence expires before then")]
    AfterTheLicence,
}

explain! {
    TimingError:
    Self::Past => "in_the_past",
        "Cette heure est passée à l’établissement : choisissez-en une à venir, ou envoyez tout de suite.",
        "This time is past at the school: choose a later one, or send at once.";
    Self::TooFar => "too_far",
        "Un envoi se prévoit un an à l’avance au plus.",
        "A send is planned at most a year ahead.";
    Self::NoSuchDay => "no_such_day",
        "Ce jour n’existe pas au calendrier.",
        "There is no such day in the calendar.";
    Self::AfterTheLicence => "after_the_licence",
        "La licence de l’établissement aura expiré à cette date : avancez l’envoi, ou renouvelez d’abord la licence.",
        "The school's licence expires before then: plan the send earlier, or after the renewal.";
}

explain! {
    Wait:
    Self::Planned => "planned",
        "L’envoi part à l’heure prévue.",
        "The send leaves at the planned time.";
    Self::QuietHours => "quiet_hours",
        "L’envoi attend la fin des heures de silence de l’établissement ; un administrateur peut l’envoyer tout de suite.",
        "The send waits for the end of the school's quiet hours; an administrator can send it at once.";
    Self::RecallWindow => "recall_window",
        "L’envoi attend la fin du délai de retrait : une absence annulée d’ici là ne sera pas annoncée.",
        "The send waits for the end of the recall window: an absence withdrawn by then is not announced.";
}

impl Timing {
    /// How far ahead a send may be planned: a school year and its holidays.
    pub const FARTHEST: SignedDuration = SignedDuration::from_hours(366 * 24);

    /// Sends at once, whatever the hour.
    pub const fn at_once(now: Timestamp) -> Self {
        Self { due_at: now, wait: None, hour_was_skipped: false, urgent: true }
    }

    /// Computes when a send leaves. Urgent sends leave at the requested time; others wait for the
    /// recall window of their context and for the end of quiet hours.
    pub fn new(
        wish: Wish,
        urgent: bool,
        context: Context,
        school: &School,
        now: Timestamp,
    ) -> Result<Self, TimingError> {
        let mut timing = match wish {
            Wish::Now => Self { urgent, ..Self::at_once(now) },
            Wish::At(local) => Self { urgent, ..Self::planned(local, school, now)? },
            Wish::Before { event, days, at } => {
                let day = event.checked_sub(i32::from(days).days()).map_err(|_| TimingError::NoSuchDay)?;
                Self { urgent, ..Self::planned(day.to_datetime(at), school, now)? }
            }
        };
        if urgent {
            return Ok(timing);
        }
        if timing.wait.is_none() && context.can_be_withdrawn() && !school.recall_window.is_none() {
            timing.due_at = later(timing.due_at, school.recall_window.duration());
            timing.wait = Some(Wait::RecallWindow);
        }
        let local = timing.due_at.to_zoned(school.time_zone().clone());
        if let Some(end) = school.quiet_hours.and_then(|hours| hours.end(&local)) {
            timing.due_at = end;
            timing.wait = Some(Wait::QuietHours);
        }
        Ok(timing)
    }

    /// A local time that occurs twice is its first occurrence; a skipped one is read with the offset
    /// before the change, as in calendars (RFC 5545).
    fn planned(local: DateTime, school: &School, now: Timestamp) -> Result<Self, TimingError> {
        let ambiguous = school.time_zone().to_ambiguous_timestamp(local);
        let hour_was_skipped = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
        let due_at = ambiguous.compatible().map_err(|_| TimingError::TooFar)?;
        if due_at < now {
            return Err(TimingError::Past);
        }
        if due_at.duration_since(now) > Self::FARTHEST {
            return Err(TimingError::TooFar);
        }
        Ok(Self { due_at, wait: Some(Wait::Planned), hour_was_skipped, urgent: false })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};
    use proptest::prelude::*;

    use super::*;
    use crate::{
        id::SchoolId,
        line::Line,
        school::{QuietHours, RecallWindow},
        territory::Territory,
    };

    fn school(territory: Territory) -> School {
        School::new(SchoolId::generate(Timestamp::UNIX_EPOCH), Line::parse("École").unwrap(), None, territory)
    }

    fn instant(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn planned(territory: Territory, local: &str, now: &str) -> Result<(String, bool), TimingError> {
        let wish = Wish::At(local.parse().unwrap());
        Timing::new(wish, false, Context::Meeting, &school(territory), instant(now))
            .map(|timing| (timing.due_at.to_string(), timing.hour_was_skipped))
    }

    #[test]
    fn six_in_the_evening_is_six_in_the_evening_where_the_school_is() {
        for (territory, utc) in [
            (Territory::Metropole, "2026-12-01T17:00:00Z"),
            (Territory::Guyane, "2026-12-01T21:00:00Z"),
            (Territory::Reunion, "2026-12-01T14:00:00Z"),
            (Territory::NouvelleCaledonie, "2026-12-01T07:00:00Z"),
        ] {
            let due = planned(territory, "2026-12-01T18:00", "2026-11-24T12:00:00Z");
            assert_eq!(due, Ok((utc.to_owned(), false)), "{territory:?}");
        }
    }

    #[test]
    fn an_hour_that_is_skipped_is_taken_an_hour_later_and_one_that_comes_twice_at_its_first_time() {
        let now = "2027-01-01T00:00:00Z";
        // Paris, 28 March 2027: from 02:00 to 03:00 at once.
        let at = |local: &str| planned(Territory::Metropole, local, now).unwrap();
        assert_eq!(at("2027-03-28T01:59"), ("2027-03-28T00:59:00Z".to_owned(), false));
        assert_eq!(at("2027-03-28T02:00"), ("2027-03-28T01:00:00Z".to_owned(), true));
        assert_eq!(at("2027-03-28T02:30"), ("2027-03-28T01:30:00Z".to_owned(), true));
        assert_eq!(at("2027-03-28T03:00"), ("2027-03-28T01:00:00Z".to_owned(), false));
        // 31 October 2027: from 03:00 back to 02:00.
        assert_eq!(at("2027-10-31T01:59"), ("2027-10-30T23:59:00Z".to_owned(), false));
        assert_eq!(at("2027-10-31T02:30"), ("2027-10-31T00:30:00Z".to_owned(), false));
        assert_eq!(at("2027-10-31T03:00"), ("2027-10-31T02:00:00Z".to_owned(), false));
        // Cayenne, Réunion and Nouméa have no clock changes.
        for territory in [Territory::Guyane, Territory::Reunion, Territory::NouvelleCaledonie] {
            assert!(!planned(territory, "2027-03-28T02:30", now).unwrap().1);
        }
    }

    #[test]
    fn a_reminder_comes_some_days_before_the_event_whatever_the_month_and_the_clock() {
        let school = school(Territory::Metropole);
        let before = |event, days, now: &str| {
            let wish = Wish::Before { event, days, at: time(18, 0, 0, 0) };
            Timing::new(wish, false, Context::Event, &school, instant(now)).map(|timing| timing.due_at)
        };
        // A leap year, and a common year.
        let leap = before(date(2028, 3, 1), 1, "2028-01-10T12:00:00Z");
        assert_eq!(leap, Ok(instant("2028-02-29T17:00:00Z")));
        let common = before(date(2027, 3, 1), 1, "2027-01-10T12:00:00Z");
        assert_eq!(common, Ok(instant("2027-02-28T17:00:00Z")));
        // Seven days across the clock change are seven days, not 168 hours.
        let spring = before(date(2027, 3, 30), 7, "2027-03-01T12:00:00Z");
        assert_eq!(spring, Ok(instant("2027-03-23T17:00:00Z")));
        let spring = before(date(2027, 3, 30), 1, "2027-03-01T12:00:00Z");
        assert_eq!(spring, Ok(instant("2027-03-29T16:00:00Z")));
        assert_eq!(before(date(2027, 3, 1), 0, "2027-03-01T16:59:59Z"), Ok(instant("2027-03-01T17:00:00Z")));
        assert_eq!(before(date(2027, 3, 1), 1, "2027-03-01T12:00:00Z"), Err(TimingError::Past));
        assert_eq!(before(date(-9999, 1, 1), 1, "2027-03-01T12:00:00Z"), Err(TimingError::NoSuchDay));
    }

    #[test]
    fn a_planned_hour_lies_ahead_and_within_a_year() {
        let at = |local: &str| planned(Territory::Metropole, local, "2026-11-24T12:00:00Z").map(|_| ());
        assert_eq!(at("2026-11-24T12:59"), Err(TimingError::Past));
        assert_eq!(at("2026-11-24T13:00"), Ok(()));
        assert_eq!(at("2027-11-25T13:00"), Ok(()));
        assert_eq!(at("2027-11-25T13:01"), Err(TimingError::TooFar));
        assert_eq!(at("9999-12-31T23:59"), Err(TimingError::TooFar));
    }

    #[test]
    fn what_is_not_urgent_waits_for_the_morning_and_says_so() {
        let mut school = school(Territory::Reunion);
        school.quiet_hours = Some(QuietHours::parse("21:00", "07:30").unwrap());
        let leave = |wish, urgent, now: &str| {
            let timing = Timing::new(wish, urgent, Context::Meeting, &school, instant(now)).unwrap();
            (timing.due_at.to_string(), timing.wait)
        };
        // 20:59, 21:00 and 07:30 in Réunion, four hours ahead of UTC.
        let before = "2026-11-24T16:59:00Z";
        assert_eq!(leave(Wish::Now, false, before), (before.to_owned(), None));
        let morning = "2026-11-25T03:30:00Z".to_owned();
        let waits = (morning.clone(), Some(Wait::QuietHours));
        assert_eq!(leave(Wish::Now, false, "2026-11-24T17:00:00Z"), waits);
        assert_eq!(leave(Wish::Now, false, "2026-11-25T03:29:59Z"), waits);
        assert_eq!(leave(Wish::Now, false, &morning), (morning.clone(), None));
        let night = "2026-11-24T19:00:00Z";
        assert_eq!(leave(Wish::Now, true, night), (night.to_owned(), None));
        let planned = Wish::At("2026-11-25T06:00".parse().unwrap());
        assert_eq!(leave(planned, false, night), waits);
        assert_eq!(leave(planned, true, night), ("2026-11-25T02:00:00Z".to_owned(), Some(Wait::Planned)));
    }

    #[test]
    fn an_absence_may_be_withdrawn_for_a_while_and_then_quiet_hours_are_looked_at() {
        let mut school = school(Territory::Metropole);
        school.recall_window = RecallWindow::new(15).unwrap();
        let leave = |school: &School, context, urgent, now: &str| {
            let timing = Timing::new(Wish::Now, urgent, context, school, instant(now)).unwrap();
            (timing.due_at.to_string(), timing.wait)
        };
        let now = "2026-11-24T08:00:00Z";
        let held = ("2026-11-24T08:15:00Z".to_owned(), Some(Wait::RecallWindow));
        assert_eq!(leave(&school, Context::Absence, false, now), held);
        assert_eq!(leave(&school, Context::Absence, true, now), (now.to_owned(), None));
        assert_eq!(leave(&school, Context::Meeting, false, now), (now.to_owned(), None));
        school.quiet_hours = Some(QuietHours::parse("12:00", "13:30").unwrap());
        let noon = leave(&school, Context::Absence, false, "2026-11-24T10:50:00Z");
        assert_eq!(noon, ("2026-11-24T12:30:00Z".to_owned(), Some(Wait::QuietHours)));
    }

    proptest! {
        /// Over four years, with both clock changes and every zone: no send leaves in quiet hours, none
        /// is more than a day late, and none is early.
        #[test]
        fn nothing_leaves_in_quiet_hours_and_nothing_waits_for_more_than_a_day(
            second in 1_767_225_600_i64..1_893_456_000,
            from in 0_i8..24, length in 1_i8..23, minute in 0_i8..60,
            territory in 0_usize..12,
        ) {
            let mut school = school(Territory::ALL[territory]);
            let until = (from + length) % 24;
            let hours = QuietHours::parse(&format!("{from:02}:{minute:02}"), &format!("{until:02}:{minute:02}")).unwrap();
            school.quiet_hours = Some(hours);
            let now = Timestamp::from_second(second).unwrap();
            let timing = Timing::new(Wish::Now, false, Context::Meeting, &school, now).unwrap();
            prop_assert!(timing.due_at >= now);
            prop_assert!(timing.due_at.duration_since(now) <= SignedDuration::from_hours(25));
            let local = timing.due_at.to_zoned(school.time_zone().clone());
            prop_assert!(!hours.holds(local.time()), "{local}");
        }
    }
}
