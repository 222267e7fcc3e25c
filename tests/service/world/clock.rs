//! A clock on tokio's time, which tests pause and advance.

use domain::clock::Clock;
use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

/// The time of a world: an instant, and tokio's time since.
#[derive(Clone, Copy, Debug)]
pub struct VirtualClock {
    epoch: Timestamp,
    start: Instant,
}

impl VirtualClock {
    /// A clock that shows `epoch` now.
    pub fn at(epoch: Timestamp) -> Self {
        Self { epoch, start: Instant::now() }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let elapsed_ms = i64::try_from(self.start.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.epoch.saturating_add(SignedDuration::from_millis(elapsed_ms)).unwrap_or(Timestamp::MAX)
    }
}
