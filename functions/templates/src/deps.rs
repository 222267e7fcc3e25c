//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use store::Table;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    /// Templates, and the settings of their school.
    pub table: Table,
    /// For template ids.
    pub clock: Arc<dyn Clock>,
}
