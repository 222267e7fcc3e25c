//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use queues::Queue;
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
