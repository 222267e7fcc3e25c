//! The clock, passed to every time-dependent decision.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// The source of the current time. Only `runtime` reads the system clock.
pub trait Clock: Send + Sync {
    /// Returns the current instant, in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock for tests that moves only by [`HeldClock::advance`].
#[derive(Debug)]
pub struct HeldClock(AtomicI64);

impl HeldClock {
    /// Creates a clock at `instant`, to the millisecond.
    pub fn at(instant: Timestamp) -> Self {
        Self(AtomicI64::new(instant.as_millisecond()))
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: std::time::Duration) {
        let by_ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for HeldClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap_or(Timestamp::MAX)
    }
}
