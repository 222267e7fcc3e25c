//! Local dates and times of a school in JSON bodies, without offset.

use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use jiff::civil::{Date, DateTime, Time};

use super::{FieldErrors, parsed::parse_with};
use domain::explain;

/// A local date and minute: `2026-11-30T18:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalMinute(pub DateTime);

/// A local date: `2026-11-30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalDay(pub Date);

/// A local time: `18:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalHour(pub Time);

/// Not a date or time in the documented format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotLocal;

explain! {
    NotLocal:
    _ => "not_a_local_time",
        "Un jour s’écrit 2026-11-30, une heure 18:00, les deux ensemble 2026-11-30T18:00 : c’est l’heure de l’établissement, sans décalage.",
        "A day is written 2026-11-30, an hour 18:00, both together 2026-11-30T18:00: it is the school's time, without an offset.";
}

/// Accepts only the canonical format, so that a time with an offset is never read as local. Years have
/// four digits: before the year 0, a sign would replace one.
fn exactly<T>(
    text: &str,
    format: &str,
    parse: impl FnOnce(&str, &str) -> Option<(T, String)>,
) -> Result<T, NotLocal> {
    match parse(format, text) {
        Some((value, written)) if written == text && !text.starts_with('-') => Ok(value),
        _ => Err(NotLocal),
    }
}

macro_rules! local {
    ($name:ident, $inner:ty, $format:literal) => {
        impl Deserr<FieldErrors> for $name {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, FieldErrors> {
                parse_with(value, location, |text| {
                    exactly(text, $format, |format, text| {
                        let value = <$inner>::strptime(format, text).ok()?;
                        Some((value, value.strftime(format).to_string()))
                    })
                })
                .map(Self)
            }
        }
    };
}

local!(LocalMinute, DateTime, "%Y-%m-%dT%H:%M");
local!(LocalDay, Date, "%Y-%m-%d");
local!(LocalHour, Time, "%H:%M");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn minute(text: &str) -> Option<LocalMinute> {
        deserr::deserialize::<LocalMinute, _, FieldErrors>(json!(text)).ok()
    }

    #[test]
    fn a_local_minute_has_one_way_of_being_written() {
        assert!(minute("2026-11-30T18:00").is_some() && minute("2028-02-29T00:00").is_some());
        for text in [
            "",
            "2026-11-30",
            "18:00",
            "2026-11-30 18:00",
            "2026-11-30T18:00:00",
            "2026-11-30T18:00Z",
            "2026-11-30T18:00+01:00",
            "2026-02-29T18:00",
            "2026-11-30T24:00",
            "2026-11-30T18:60",
            "26-11-30T18:00",
            " 2026-11-30T18:00",
            "-026-11-30T18:00",
        ] {
            assert!(minute(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,24}") {
            let _ = minute(&text);
        }
    }
}
