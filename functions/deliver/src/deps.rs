//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use carriers::Carriers;
use domain::clock::Clock;
use queues::Queue;
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
