//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;

/// What this function may use: it reads the log, and notes how far a download is.
#[derive(Clone)]
pub struct Deps {
    /// Exports, sends and their parcels.
    pub table: Table,
    /// Tells when a link has expired.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self { table: services.table()?, clock: services.clock() })
    }
}
