//! The clock, a value that every decision receives.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

/// Where "now" comes from. Only `runtime` reads the machine's time.
pub trait Clock: Send + Sync {
    /// The present instant, in UTC.
    fn now(&self) -> Timestamp;
}

/// A clock that stands still until it is told to move.
#[derive(Debug)]
pub struct HeldClock(AtomicI64);

impl HeldClock {
    /// A clock that shows `instant`, to the millisecond.
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
