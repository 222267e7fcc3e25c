//! A month's usage for good.

use jiff::Timestamp;

use super::Usage;
use crate::budget::Month;

/// What a month cost, once nothing changes it any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The month.
    pub month: Month,
    /// What its messages cost.
    pub usage: Usage,
    /// Since when it stands.
    pub closed_at: Timestamp,
}
