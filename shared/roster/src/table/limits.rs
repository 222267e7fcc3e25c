//! How large a table may be.

/// Title lines above the headers.
pub(super) const MAX_TITLES: usize = 10;
/// The most columns of a sheet. SIECLE has 133.
pub(super) const MAX_COLUMNS: usize = 1024;
/// What a file may hold once unpacked. A lycée of 2,000 pupils has 7 MB.
pub(crate) const MAX_UNPACKED: u64 = 64 * 1024 * 1024;
