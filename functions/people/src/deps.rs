//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;
use telemetry::Metrics;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    /// People, school settings, and the messages of erased people.
    pub table: Table,
    /// For messages cancelled by an erasure.
    pub metrics: Metrics,
    /// For person ids.
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
