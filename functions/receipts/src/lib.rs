//! Notes what carriers told: a batch of receipts is folded into one write for each parcel, and numbers whose
//! owners say stop are closed.

mod batch;
mod fold;
mod resolve;
mod stop;

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use carriers::{Ovh, ovh::Unconfirmed};
use domain::clock::{Clock, earlier};
use jiff::{SignedDuration, Timestamp};
use queues::{QueueError, ReportMessage, ReportQueue};
use store::{StoreError, Table};
use telemetry::{Counts, Metrics};

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Receipts of parcels, opt-outs, and the names that carriers give.
    pub table: Table,
    /// Brings a report back whose message is not known yet.
    pub reports: ReportQueue,
    /// Confirms what OVHcloud's callbacks say; none where OVHcloud is not used.
    pub ovh: Option<Arc<Ovh>>,
    /// Told what carriers told.
    pub metrics: Metrics,
    /// The time of what a carrier told.
    pub clock: Arc<dyn Clock>,
}

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

/// When a report is looked at again whose message was not found, in seconds after each other: a receipt may
/// be faster than our own record. After the last one it is none of ours.
const TRIED_AFTER_S: [u64; 5] = [5, 30, 120, 600, 900];

/// Nothing is asked any more so long before a run is killed. A carrier that does not answer takes twelve seconds, and
/// what is known by then is to be noted.
const TIME_TO_NOTE: SignedDuration = SignedDuration::from_secs(15);
/// When a report comes again that there was no time for.
const NO_TIME: Duration = Duration::from_secs(30);

/// Handles a batch of reports. One that cannot be noted now comes again, and never takes the others with it.
/// `deadline` is the instant at which the run is killed.
pub async fn handle(event: SqsEvent, deadline: Timestamp, deps: &Deps) -> SqsBatchResponse {
    let asks_until = earlier(deadline, TIME_TO_NOTE);
    let mut counts = Counts::default();
    // On the heap: a batch is a deep future.
    let failed = Box::pin(batch::note(event, asks_until, deps, &mut counts)).await;
    deps.metrics.tell("receipts", &counts, deps.clock.now());
    let mut response = SqsBatchResponse::default();
    for id in failed {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    response
}

impl Deps {
    /// Whether a report was looked at for the last time.
    fn was_last(&self, tried: u8) -> bool {
        usize::from(tried) >= TRIED_AFTER_S.len()
    }

    /// Brings a report back after a while, or lets it go after the last time. `tried` counts those before.
    async fn again(&self, tried: u8, message: ReportMessage) -> Result<(), QueueError> {
        match TRIED_AFTER_S.get(usize::from(tried)) {
            Some(seconds) => self.reports.enqueue_after(&message, Duration::from_secs(*seconds)).await,
            None => {
                tracing::warn!("a report about a message that nobody knows");
                Ok(())
            }
        }
    }
}
