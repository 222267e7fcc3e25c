//! When a message that a carrier certainly did not accept is tried again.

use jiff::SignedDuration;

/// Seconds to wait after the first, second… "try later": once more at once, then spaced so that an
/// outage of half an hour is outlived. The last one repeats until the message expires.
pub const RETRY_DELAYS_S: [u32; 7] = [1, 5, 30, 120, 300, 600, 900];

/// The wait after this many attempts (from 1).
pub(super) fn delay_after(attempts: u8) -> SignedDuration {
    let index = usize::from(attempts.saturating_sub(1)).min(RETRY_DELAYS_S.len() - 1);
    SignedDuration::from_secs(i64::from(RETRY_DELAYS_S[index]))
}
