//! What a round did, and what came of its appointments.

use serde::Serialize;

use crate::failure::{RoundError, log_failure};

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Sends whose parcels went to the queue.
    pub released: u32,
    /// Sends that ended.
    pub closed: u32,
    /// Sends whose texts were forgotten.
    pub forgotten: u32,
    /// Erasures that are complete.
    pub erased: u32,
    /// Licences that ended.
    pub licences_ended: u32,
    /// Licences that end within a month.
    pub licences_ending: u32,
    /// Months that got their statement.
    pub months_closed: u32,
    /// Steps that failed and are tried again by the next round.
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
    /// It is done.
    Done,
    /// Somebody is still at it: the next round looks again.
    NotYet,
}
