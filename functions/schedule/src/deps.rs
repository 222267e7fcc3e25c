//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use queues::Queue;
use runtime::Services;
use store::Table;
use telemetry::Metrics;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    /// The agenda, sends, parcels, licences.
    pub table: Table,
    /// For released parcels.
    pub queue: Queue,
    /// For settled messages.
    pub metrics: Metrics,
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self {
            table: services.table()?.with_erasure_key(services.erasure_key()?),
            queue: services.queue()?,
            metrics: services.metrics(),
            clock: services.clock(),
        })
    }
}
