//! Why a report was not noted.

use carriers::ovh::Unconfirmed;
use queues::QueueError;
use store::StoreError;

/// Why a report was not noted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotNoted {
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// OVHcloud. The dead-letter queue keeps what it did not confirm for hours.
    #[error(transparent)]
    Ovh(#[from] Unconfirmed),
}
