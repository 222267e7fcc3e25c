//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use runtime::Services;
use store::Table;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    /// Registrations, the audit of their schools, the state of carriers, dead letters.
    pub table: Table,
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self { table: services.table()?, clock: services.clock() })
    }
}
