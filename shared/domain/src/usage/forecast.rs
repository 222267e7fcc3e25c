//! Forecast of a month's spending.

use crate::{budget::Month, pricing::MicroEuros};

/// Forecasts a month's final spending on a day of it (`None` before it begins): the committed amount,
/// planned sends included, plus, for each remaining day, the daily average so far, today included, of
/// the messages due by now. In whole micro-euros, rounded down; never below the committed amount.
pub fn forecast(month: Month, day: Option<i8>, committed: MicroEuros, due_by_now: MicroEuros) -> MicroEuros {
    let Some(day) = day.and_then(|day| u128::try_from(day).ok()).filter(|day| *day > 0) else {
        return committed;
    };
    let days = u128::try_from(month.days()).expect("a month has days");
    let ahead = u128::from(due_by_now.get()) * days.saturating_sub(day) / day;
    let ahead =
        MicroEuros::new(u64::try_from(ahead).expect("a month costs less than a million million euros"));
    [committed, ahead].into_iter().sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Half a million million euros.
    const MOST: u64 = 500_000_000_000_000_000;

    fn forecast_of(day: Option<i8>, committed: u64, due: u64) -> u64 {
        let month = Month::parse("2026-11").unwrap();
        forecast(month, day, MicroEuros::new(committed), MicroEuros::new(due)).get()
    }

    #[test]
    fn the_days_that_are_left_cost_what_the_days_so_far_cost() {
        assert_eq!(forecast_of(None, 500, 0), 500, "it has not begun");
        assert_eq!(forecast_of(Some(1), 0, 0), 0);
        assert_eq!(forecast_of(Some(1), 10, 10), 300);
        assert_eq!(forecast_of(Some(10), 1_000, 1_000), 3_000);
        assert_eq!(forecast_of(Some(10), 1_700, 1_000), 3_700, "700 are planned");
        assert_eq!(forecast_of(Some(7), 100, 100), 100 + 100 * 23 / 7);
        assert_eq!(forecast_of(Some(30), 1_000, 1_000), 1_000, "its last day");
    }

    proptest! {
        #[test]
        fn it_is_never_below_what_is_committed_and_never_overflows(
            day in prop::option::of(1_i8..=30), committed in 0..MOST, due in 0..MOST,
        ) {
            prop_assert!(forecast_of(day, committed, due) >= committed);
        }
    }
}
