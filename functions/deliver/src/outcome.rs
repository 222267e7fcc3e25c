//! The outcomes of a queue message.

use std::time::Duration;

use queues::QueueMessage;

/// The outcome of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JobOutcome {
    /// Done, or continued by another worker or the schedule.
    Finished,
    /// Enqueue this message with a delay.
    Later(QueueMessage, Duration),
}
