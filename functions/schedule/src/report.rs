//! The report of a round, and the outcomes of its appointments.

use serde::Serialize;

use crate::failure::{RoundError, log_failure};

/// The counts of a round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    pub released: u32,
    pub closed: u32,
    /// Sends whose texts were removed.
    pub forgotten: u32,
    /// Completed erasures.
    pub erased: u32,
    /// Imports that were resumed and completed.
    pub imported: u32,
    pub licences_ended: u32,
    /// Licences that expire within a month.
    pub licences_ending: u32,
    /// Months that got their statement.
    pub months_closed: u32,
    /// Failed steps, which the next round retries.
    pub failed: u32,
}

impl Report {
    pub(crate) fn note_failure(&mut self, what: &str, error: &RoundError) {
        log_failure(what, error);
        self.failed += 1;
    }
}

/// The outcome of one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StepOutcome {
    Done,
    /// In progress elsewhere: the next round checks again.
    NotYet,
}
