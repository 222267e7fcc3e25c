//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    /// People, imports, school settings.
    pub table: Table,
    /// For import ids, and for when an import expires.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self { table: services.table()?, clock: services.clock() })
    }
}
