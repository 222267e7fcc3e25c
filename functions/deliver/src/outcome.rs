//! What a queue message leads to.

use std::time::Duration;

use queues::QueueMessage;

/// What is to be done after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobOutcome {
    /// Nothing, or another worker does it, or the schedule.
    Finished,
    /// This message is to come after a while.
    Later(QueueMessage, Duration),
}
