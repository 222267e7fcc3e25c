//! When a message that a carrier certainly did not accept is tried again.

/// Seconds to wait after the first, second… "try later": once more at once, then spaced so that an
/// outage of half an hour is outlived. The last one repeats until the message expires.
pub(super) const RETRY_DELAYS_S: [u32; 7] = [1, 5, 30, 120, 300, 600, 900];

/// The wait in seconds after this many attempts (from 1).
pub(super) fn delay_after_s(attempts: u8) -> u32 {
    let index = usize::from(attempts.saturating_sub(1)).min(RETRY_DELAYS_S.len() - 1);
    RETRY_DELAYS_S[index]
}
