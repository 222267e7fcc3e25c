//! The clock, passed to every time-dependent decision.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// The source of the current time. Only `runtime` reads the system clock.
pub trait Clock: Send + Sync {
    /// Returns the current instant, in UTC.
    fn now(&self) -> Timestamp;
}

/// The instant so long after another. Both are a clock's: the calendar ends thousands of years later.
pub fn later(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_add(by).expect("a clock is far from the calendar's end")
}

/// The instant so long before another.
pub fn earlier(instant: Timestamp, by: SignedDuration) -> Timestamp {
    instant.checked_sub(by).expect("a clock is far from the calendar's beginning")
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct HeldClock(AtomicI64);

impl HeldClock {
    /// Creates a clock at `instant`, to the millisecond.
    pub fn at(instant: Timestamp) -> Self {
        Self(AtomicI64::new(instant.as_millisecond()))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: std::time::Duration) {
        let by_ms = i64::try_from(by.as_millis()).expect("a test lasts less than the calendar");
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst))
            .expect("a test ends before the calendar does")
    }
}
