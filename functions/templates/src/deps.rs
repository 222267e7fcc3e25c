//! What this function may use, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Templates, and the settings of their school.
    pub table: Table,
    /// The age of a template's identifier.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self { table: services.table()?, clock: services.clock() })
    }
}
