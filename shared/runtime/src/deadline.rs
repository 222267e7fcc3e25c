//! The deadline of an invocation.

use std::time::SystemTime;

use jiff::{SignedDuration, Timestamp};

use domain::clock::{Clock, later};

/// Lambda's maximum run time is 15 minutes: a deadline earlier than that after 1970 is no instant.
const LONGEST_RUN: SignedDuration = SignedDuration::from_mins(15);
/// The assumed run time without a deadline: the timeout in the template of the functions that check it.
pub const USUAL_RUN: SignedDuration = SignedDuration::from_secs(30);

/// Returns the deadline of an invocation that begins now. `cargo lambda watch` 1.9.2 reports 600,000 ms
/// since 1970, a deadline always in the past.
pub fn of_run(told: SystemTime, clock: &dyn Clock) -> Timestamp {
    let told = Timestamp::try_from(told).unwrap_or(Timestamp::UNIX_EPOCH);
    if told.duration_since(Timestamp::UNIX_EPOCH) > LONGEST_RUN {
        told
    } else {
        later(clock.now(), USUAL_RUN)
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
        // A slightly fast clock does not extend the deadline.
        assert_eq!(told(1_795_507_199).to_string(), "2026-11-24T07:59:59Z");
        for nothing in [0, 600] {
            assert_eq!(told(nothing).to_string(), "2026-11-24T08:00:30Z");
        }
    }
}
