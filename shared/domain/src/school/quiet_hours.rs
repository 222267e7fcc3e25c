//! Quiet hours.

use jiff::{Timestamp, Zoned, civil::Time};
use serde::{Deserialize, Serialize};

use crate::explain;

/// A daily period in the school's time zone, across midnight if it starts after its end. Non-urgent
/// sends wait for its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "QuietHoursText", into = "QuietHoursText")]
pub struct QuietHours {
    from: Time,
    until: Time,
}

/// Quiet hours in text form: `21:00` and `07:30`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuietHoursText {
    /// First minute.
    pub from: String,
    /// End, exclusive.
    pub until: String,
}

/// Why two texts are not valid quiet hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuietHoursError {
    /// Not an hour and a minute.
    #[error("not an hour of the day")]
    NotAnHour,
    /// Empty or endless.
    #[error("both hours are the same")]
    SameHour,
}

explain! {
    QuietHoursError:
    Self::NotAnHour => "not_an_hour",
        "Une heure s’écrit HH:MM, de 00:00 à 23:59.",
        "An hour is written HH:MM, from 00:00 to 23:59.";
    Self::SameHour => "same_hour",
        "Le début et la fin des heures de silence sont les mêmes ; pour n’en avoir aucune, donnez null.",
        "Quiet hours begin and end at the same hour; to have none, give null.";
}

impl QuietHours {
    /// Parses two times of day.
    pub fn parse(from: &str, until: &str) -> Result<Self, QuietHoursError> {
        let (from, until) = (hour(from)?, hour(until)?);
        if from == until { Err(QuietHoursError::SameHour) } else { Ok(Self { from, until }) }
    }

    /// Whether a time of day is quiet.
    pub fn holds(&self, time: Time) -> bool {
        if self.from < self.until {
            self.from <= time && time < self.until
        } else {
            self.from <= time || time < self.until
        }
    }

    /// Returns the end of quiet hours for an instant within them; `None` for any other.
    pub fn end(&self, local: &Zoned) -> Option<Timestamp> {
        if !self.holds(local.time()) {
            return None;
        }
        let today = local.date();
        let day = if local.time() < self.until { today } else { today.tomorrow().ok()? };
        let end = local.time_zone().to_ambiguous_timestamp(day.to_datetime(self.until));
        // When the clock is set back, an end may occur twice in a night; the first may be past.
        let (first, second) = (end.earlier().ok()?, end.later().ok()?);
        // A skipped end becomes the instant of the clock change, or a later one.
        let (first, second) = (first.min(second), first.max(second));
        Some(if first > local.timestamp() && !self.holds(first.to_zoned(local.time_zone().clone()).time()) {
            first
        } else {
            second
        })
    }
}

/// Parses two-digit hour and minute.
fn hour(text: &str) -> Result<Time, QuietHoursError> {
    let (hour, minute) = text.split_once(':').ok_or(QuietHoursError::NotAnHour)?;
    let two_digits = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse::<i8>().ok().filter(|_| digits).ok_or(QuietHoursError::NotAnHour)
    };
    Time::new(two_digits(hour)?, two_digits(minute)?, 0, 0).map_err(|_| QuietHoursError::NotAnHour)
}

impl From<QuietHours> for QuietHoursText {
    fn from(hours: QuietHours) -> Self {
        let text = |time: Time| time.strftime("%H:%M").to_string();
        Self { from: text(hours.from), until: text(hours.until) }
    }
}

impl TryFrom<QuietHoursText> for QuietHours {
    type Error = QuietHoursError;

    fn try_from(text: QuietHoursText) -> Result<Self, QuietHoursError> {
        Self::parse(&text.from, &text.until)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::time;

    use super::*;

    #[test]
    fn they_hold_from_their_first_minute_to_the_one_before_their_end_over_midnight_too() {
        let night = QuietHours::parse("21:00", "07:30").unwrap();
        for (hour, minute, quiet) in
            [(20, 59, false), (21, 0, true), (23, 59, true), (0, 0, true), (7, 29, true), (7, 30, false)]
        {
            assert_eq!(night.holds(time(hour, minute, 0, 0)), quiet, "{hour}:{minute}");
        }
        let noon = QuietHours::parse("12:00", "13:00").unwrap();
        assert!(
            noon.holds(time(12, 30, 0, 0)) && !noon.holds(time(13, 0, 0, 0)) && !noon.holds(time(3, 0, 0, 0))
        );
    }

    #[test]
    fn an_hour_is_two_digits_and_two_digits() {
        for text in ["", "7", "7:30", "07h30", "24:00", "12:60", "+1:00", "12:000", "１２:00"] {
            assert_eq!(QuietHours::parse(text, "12:00"), Err(QuietHoursError::NotAnHour), "{text}");
        }
        assert_eq!(QuietHours::parse("12:00", "12:00"), Err(QuietHoursError::SameHour));
    }
}
