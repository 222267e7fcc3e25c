//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use store::Table;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Registrations, the audit log of their schools, the state of carriers, dead letters.
    pub table: Table,
    /// The time of a decision and of a resumption.
    pub clock: Arc<dyn Clock>,
}
