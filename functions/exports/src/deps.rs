//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use store::Table;

/// Dependencies of this function: it reads the log and records the progress of downloads.
#[derive(Clone)]
pub struct Deps {
    /// Exports, sends and parcels.
    pub table: Table,
    /// For the expiry of links.
    pub clock: Arc<dyn Clock>,
}
