//! The instant at which a run is killed.

use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use domain::clock::Clock;

/// No run of Lambda is longer than a quarter of an hour: whoever tells an instant before that of 1970 means none.
const LONGEST_RUN: SignedDuration = SignedDuration::from_mins(15);
/// The time of a run that is told no instant: what the template gives to the functions that look at their end.
pub const USUAL_RUN: SignedDuration = SignedDuration::from_secs(30);

/// When a run that begins now is killed, by what Lambda tells. `cargo lambda watch` 1.9.2 tells 600,000 ms since
/// 1970, by which each run would be over before it begins.
pub fn of_run(told: SystemTime, clock: &dyn Clock) -> Timestamp {
    let told = Timestamp::try_from(told).unwrap_or(Timestamp::UNIX_EPOCH);
    if told.duration_since(Timestamp::UNIX_EPOCH) > LONGEST_RUN {
        told
    } else {
        clock.now().saturating_add(USUAL_RUN).unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use domain::clock::HeldClock;

    use super::*;

    #[test]
    fn a_run_ends_when_lambda_says_and_after_half_a_minute_where_nobody_says() {
        let clock = HeldClock::at("2026-11-24T08:00:00Z".parse().unwrap());
        let told = |seconds: u64| of_run(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds), &clock);
        assert_eq!(told(1_795_507_220).to_string(), "2026-11-24T08:00:20Z");
        // A clock that is a little fast does not make a run longer.
        assert_eq!(told(1_795_507_199).to_string(), "2026-11-24T07:59:59Z");
        for nothing in [0, 600] {
            assert_eq!(told(nothing).to_string(), "2026-11-24T08:00:30Z");
        }
    }
}
