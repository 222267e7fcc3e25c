//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;

/// Dependencies of this function: it reads the log, and writes requests for exports.
#[derive(Clone)]
pub struct Deps {
    /// Sends and parcels, the audit log, a school's time zone.
    pub table: Table,
    /// Separates scheduled from queued messages.
    pub clock: Arc<dyn Clock>,
    /// The base address of export links, without a trailing slash.
    pub exports_url: String,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self { table: services.table()?, clock: services.clock(), exports_url: services.exports_url()? })
    }
}
