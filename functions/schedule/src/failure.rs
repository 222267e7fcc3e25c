//! A step that failed: the next round tries it again.

use queues::QueueError;
use store::StoreError;

/// Why a step could not be done this time.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RoundError {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
}

pub(crate) fn log_failure(what: &str, error: &RoundError) {
    tracing::warn!(chain = telemetry::chain(error), "{what}; the next round tries again");
}
