//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use store::Table;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Registrations, schools and licences.
    pub table: Table,
    /// The time of an application, a decision, a licence.
    pub clock: Arc<dyn Clock>,
}
