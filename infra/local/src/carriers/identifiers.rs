//! Message and event ids of the stand-ins.

use std::{
    fmt::Write,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::clock::Clock;
use sha2::{Digest, Sha256};

/// Generates unique ids from the clock and a counter: a run under a held clock repeats its ids, and a restart
/// generates others.
pub(super) struct Identifiers {
    clock: Arc<dyn Clock>,
    given: AtomicU64,
}

impl Identifiers {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, given: AtomicU64::new(0) }
    }

    fn count(&self) -> u64 {
        self.given.fetch_add(1, Ordering::Relaxed)
    }

    fn bytes(&self) -> [u8; 16] {
        let now_ms = self.clock.now().as_millisecond();
        let digest = Sha256::new()
            .chain_update(now_ms.to_be_bytes())
            .chain_update(self.count().to_be_bytes())
            .finalize();
        *digest.first_chunk().expect("a digest of SHA-256 has 32 bytes")
    }

    /// 32 hexadecimal digits.
    pub fn hexadecimal(&self) -> String {
        hex(&self.bytes())
    }

    /// A UUID of version 4, the format of AWS message ids.
    pub fn uuid(&self) -> String {
        let mut bytes = self.bytes();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let digits = hex(&bytes);
        let (a, b, c, d, e) = (&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]);
        format!("{a}-{b}-{c}-{d}-{e}")
    }

    /// An integer within JSON's exact range, the format of OVHcloud's ids: the second, then a counter up to a
    /// million.
    pub fn number(&self) -> u64 {
        let now_s = u64::try_from(self.clock.now().as_second()).expect("a clock is past 1970");
        now_s * 1_000_000 + self.count() % 1_000_000
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut digits, byte| {
        write!(digits, "{byte:02x}").expect("a String takes any text");
        digits
    })
}
