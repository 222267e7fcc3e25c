//! A carrier's share of traffic: reduced by failures, recovering linearly.

use jiff::{SignedDuration, Timestamp};

/// The share at an instant, from which it recovers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// Thousandths at `since`.
    thousandths: u16,
    /// Last failure.
    since: Timestamp,
}

/// Full share.
const WHOLE: u16 = 1000;
/// Minimum share of a failing carrier: probes whether it works again.
const LEAST: u16 = 20;
/// Time from nothing to the full share.
const RECOVERY: SignedDuration = SignedDuration::from_mins(5);
/// Failures within this time count once: workers that see the same failure halve the share once, as
/// their copy of it is older than this.
const ONE_FAILURE: SignedDuration = SignedDuration::from_millis(500);

impl Share {
    /// Restores a stored share.
    pub fn new(thousandths: u16, since: Timestamp) -> Self {
        Self { thousandths: thousandths.clamp(LEAST, WHOLE), since }
    }

    /// Returns the thousandths and their instant, for storage.
    pub const fn parts(self) -> (u16, Timestamp) {
        (self.thousandths, self.since)
    }

    /// Returns the thousandths of messages that the carrier gets at an instant: the share after the
    /// last failure plus the recovery since.
    pub fn at(share: Option<Self>, now: Timestamp) -> u16 {
        let Some(Self { thousandths, since }) = share else { return WHOLE };
        let grown = now.duration_since(since).as_millis().max(0) * i128::from(WHOLE) / RECOVERY.as_millis();
        u16::try_from((i128::from(thousandths) + grown).min(WHOLE.into())).expect("from nothing to all of it")
    }

    /// Halves the share after a failure. `None` when that failure is already counted.
    pub fn after_failure(share: Option<Self>, now: Timestamp) -> Option<Self> {
        if share.is_some_and(|share| now.duration_since(share.since) < ONE_FAILURE) {
            return None;
        }
        Some(Self::new(Self::at(share, now) / 2, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_failing_carrier_keeps_a_fiftieth_and_gets_all_of_it_back_in_five_minutes() {
        assert_eq!(Share::at(None, at(0)), 1000);
        let mut share = None;
        for second in 0..60 {
            share = Share::after_failure(share, at(second));
        }
        assert!(Share::at(share, at(60)) < 30);
        let later: Vec<u16> = [59, 90, 150, 300, 359, 1000].map(|s| Share::at(share, at(s))).to_vec();
        assert_eq!(later, [20, 123, 323, 823, 1000, 1000]);
    }

    #[test]
    fn a_failure_that_many_workers_see_at_once_counts_once() {
        let share = Share::after_failure(None, at(0));
        assert_eq!(share.map(Share::parts), Some((500, at(0))));
        assert_eq!(Share::after_failure(share, at(0)), None);
        assert_eq!(Share::after_failure(share, at(1)).map(|share| share.parts().0), Some(251));
    }
}
