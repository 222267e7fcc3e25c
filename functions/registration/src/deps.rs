//! The dependencies of this function, and nothing else.

use std::sync::Arc;

use domain::clock::Clock;
use store::Table;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    pub table: Table,
    pub clock: Arc<dyn Clock>,
}
