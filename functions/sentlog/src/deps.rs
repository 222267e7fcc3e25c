//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;

/// What this function may use: it only reads, and keeps who asked for which file.
#[derive(Clone)]
pub struct Deps {
    /// Sends and their parcels, the audit, a school's time zone.
    pub table: Table,
    /// Tells what is scheduled from what is queued.
    pub clock: Arc<dyn Clock>,
    /// Where the links to files begin, without a slash at the end.
    pub exports_url: String,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self { table: services.table()?, clock: services.clock(), exports_url: services.exports_url()? })
    }
}
