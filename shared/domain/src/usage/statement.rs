//! The statement of a month.

use jiff::Timestamp;

use super::Usage;
use crate::budget::Month;

/// The final usage of a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub month: Month,
    pub usage: Usage,
    /// When the month was closed.
    pub closed_at: Timestamp,
}
