//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
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
