//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;
use telemetry::Metrics;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// People, the settings of their school, and the messages from which somebody is erased.
    pub table: Table,
    /// Told which texts an erasure called back.
    pub metrics: Metrics,
    /// The age of a person's identifier, and the lease of an import.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self {
            table: services.table()?.with_erasure_key(services.erasure_key()?),
            metrics: services.metrics(),
            clock: services.clock(),
        })
    }
}
