//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use queues::Queue;
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
