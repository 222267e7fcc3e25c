//! What this function may use, and nothing else.

use std::sync::Arc;

use carriers::Carriers;
use domain::clock::Clock;
use queues::Queue;
use runtime::Services;
use store::Table;
use telemetry::Metrics;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Reads parcels, writes their progress.
    pub table: Table,
    /// Brings a parcel back later.
    pub queue: Queue,
    /// The ways to the phones, and what each takes in a second.
    pub carriers: Carriers,
    /// Told what became of texts.
    pub metrics: Metrics,
    /// The time, for leases and retries.
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
