//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;

/// Dependencies of this function: it reads the log and records the progress of downloads.
#[derive(Clone)]
pub struct Deps {
    /// Exports, sends and parcels.
    pub table: Table,
    /// For the expiry of links.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self { table: services.table()?, clock: services.clock() })
    }
}
