//! Which messages of the sent log are asked for, and how fresh they must be.

use domain::{id::SchoolId, sent_log::Filter};
use jiff::Timestamp;
use store::{Consistency, Table};

/// The messages of a school that are asked for, newest send first.
#[derive(Clone, Copy)]
pub struct LogQuery<'w> {
    /// Where they are.
    pub table: &'w Table,
    /// Whose they are.
    pub school: SchoolId,
    /// Which of them.
    pub filter: &'w Filter,
    /// How new they must be.
    pub consistency: Consistency,
    /// The present instant: what is due later is scheduled.
    pub now: Timestamp,
}
