//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use queues::Queue;
use runtime::Services;
use store::Table;
use telemetry::Metrics;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// The agenda, sends, parcels, licences.
    pub table: Table,
    /// Takes the parcels whose hour has come.
    pub queue: Queue,
    /// Told what came to its end.
    pub metrics: Metrics,
    /// The time.
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
