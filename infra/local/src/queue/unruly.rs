//! Everything that a standard queue of SQS may do and seldom does: deliver twice, late, out of order.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// How a queue misbehaves, the same way for the same seed.
#[derive(Debug)]
pub struct Unruly(Mutex<fastrand::Rng>);

/// Of so many messages, one is shown again while somebody has it.
const ONE_IN_TWICE: u8 = 5;
/// Of so many messages, one comes late.
const ONE_IN_LATE: u8 = 4;
const LATEST_MS: u64 = 20_000;
const SHOWN_AGAIN_WITHIN_MS: u64 = 5_000;
/// By how many places a message may be out of order.
const OUT_OF_ORDER: u64 = 20;

impl Unruly {
    /// A queue that misbehaves as this seed tells.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(fastrand::Rng::with_seed(seed)))
    }

    fn rng(&self) -> MutexGuard<'_, fastrand::Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How late a message becomes visible.
    pub(super) fn lateness(&self) -> Duration {
        let mut rng = self.rng();
        let late = rng.u8(..ONE_IN_LATE) == 0;
        Duration::from_millis(if late { rng.u64(..LATEST_MS) } else { 0 })
    }

    /// After how long a message is shown again although somebody has it, if it is.
    pub(super) fn shown_again_after(&self) -> Option<Duration> {
        let mut rng = self.rng();
        (rng.u8(..ONE_IN_TWICE) == 0).then(|| Duration::from_millis(rng.u64(..SHOWN_AGAIN_WITHIN_MS)))
    }

    /// The place of a message among the others.
    pub(super) fn place(&self, arrival: u64) -> u64 {
        arrival + self.rng().u64(..OUT_OF_ORDER)
    }
}
