//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use carriers::Carriers;
use domain::clock::Clock;
use queues::Queue;
use runtime::Services;
use store::Table;
use telemetry::Metrics;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    /// Reads parcels, writes their progress.
    pub table: Table,
    /// For parcels that continue later.
    pub queue: Queue,
    /// With their rates in segments per second.
    pub carriers: Carriers,
    pub metrics: Metrics,
    /// For leases and retries.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self {
            table: services.table()?.with_erasure_key(services.erasure_key()?),
            queue: services.queue()?,
            carriers: services.carriers()?,
            metrics: services.metrics(),
            clock: services.clock(),
        })
    }
}
