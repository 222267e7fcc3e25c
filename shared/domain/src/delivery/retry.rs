//! The retry schedule of messages that a carrier certainly did not accept.

/// Seconds to wait after the first, second… "try later": an immediate retry, then a schedule that
/// outlasts an outage of half an hour. The last value repeats until the message expires.
pub(super) const RETRY_DELAYS_S: [u32; 7] = [1, 5, 30, 120, 300, 600, 900];

/// Returns the wait in seconds after this many attempts (from 1).
pub(super) fn delay_after_s(attempts: u8) -> u32 {
    let index = usize::from(attempts.saturating_sub(1)).min(RETRY_DELAYS_S.len() - 1);
    RETRY_DELAYS_S[index]
}
