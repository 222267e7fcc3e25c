//! The failures of a report.

use carriers::ovh::Unconfirmed;
use queues::QueueError;
use store::StoreError;

/// Reasons to retry a report.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotNoted {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// OVHcloud did not confirm a callback. The dead-letter queue holds it for hours.
    #[error(transparent)]
    Ovh(#[from] Unconfirmed),
}
