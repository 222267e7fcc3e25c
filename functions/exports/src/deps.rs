//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use store::Table;

/// What this function may use: it reads the log, and notes how far a download is.
#[derive(Clone)]
pub struct Deps {
    /// Exports, sends and their parcels.
    pub table: Table,
    /// Tells when a link has expired.
    pub clock: Arc<dyn Clock>,
}
