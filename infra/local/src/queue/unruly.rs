//! The rare behaviours of a standard SQS queue: duplicates, delays, disorder.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// A queue's misbehaviour, reproducible by seed.
#[derive(Debug)]
pub struct Unruly(Mutex<fastrand::Rng>);

/// Of so many messages, one is delivered twice.
const ONE_IN_TWICE: u8 = 5;
/// Of so many messages, one is late.
const ONE_IN_LATE: u8 = 4;
const LATEST_MS: u64 = 20_000;
const SHOWN_AGAIN_WITHIN_MS: u64 = 5_000;
/// The largest displacement of a message.
const OUT_OF_ORDER: u64 = 20;

impl Unruly {
    /// Misbehaviour from a seed.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }

    fn rng(&self) -> MutexGuard<'_, fastrand::Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The delay of a message.
    pub(super) fn lateness(&self) -> Duration {
        let mut rng = self.rng();
        let late = rng.u8(..ONE_IN_LATE) == 0;
        Duration::from_millis(if late { rng.u64(..LATEST_MS) } else { 0 })
    }

    /// The delay of the second delivery, if any.
    pub(super) fn shown_again_after(&self) -> Option<Duration> {
        let mut rng = self.rng();
        (rng.u8(..ONE_IN_TWICE) == 0).then(|| Duration::from_millis(rng.u64(..SHOWN_AGAIN_WITHIN_MS)))
    }

    /// The position of a message in the queue.
    pub(super) fn place(&self, arrival: u64) -> u64 {
        arrival + self.rng().u64(..OUT_OF_ORDER)
    }
}
