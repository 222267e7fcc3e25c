//! Failures of a step. The next round retries it.

use queues::QueueError;
use store::StoreError;

/// Reasons to retry a step.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RoundError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
}

pub(crate) fn log_failure(what: &str, error: &RoundError) {
    tracing::warn!(chain = telemetry::chain(error), "{what}; the next round retries");
}
