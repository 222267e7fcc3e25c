//! Queries of the sent log, with their read consistency.

use domain::{id::SchoolId, sent_log::Filter};
use jiff::Timestamp;
use store::{Consistency, Table};

/// A query of a school's messages, newest send first.
#[derive(Clone, Copy)]
pub struct LogQuery<'w> {
    pub table: &'w Table,
    pub school: SchoolId,
    pub filter: &'w Filter,
    pub consistency: Consistency,
    /// The current instant: messages due later are scheduled.
    pub now: Timestamp,
}
