//! The dependencies of this function, and nothing else.

use std::{sync::Arc, time::Duration};

use carriers::Ovh;
use domain::clock::Clock;
use queues::{QueueError, ReportMessage, ReportQueue};
use store::Table;
use telemetry::Metrics;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    /// Receipts of parcels, opt-outs, and carriers' message ids.
    pub table: Table,
    /// For reports without a known message yet.
    pub reports: ReportQueue,
    /// Confirms OVHcloud's callbacks; none if OVHcloud is not in use.
    pub ovh: Option<Arc<Ovh>>,
    pub metrics: Metrics,
    pub clock: Arc<dyn Clock>,
}

/// The retries of an unresolved report, in seconds after each other: a receipt may be faster than our own
/// record. After the last one, the report is not ours.
const TRIED_AFTER_S: [u64; 5] = [5, 30, 120, 600, 900];

impl Deps {
    /// Whether a report was on its last attempt.
    pub(crate) fn was_last(&self, tried: u8) -> bool {
        usize::from(tried) >= TRIED_AFTER_S.len()
    }

    /// Enqueues a report again, or drops it after the last attempt. `tried` counts the earlier attempts.
    pub(crate) async fn again(&self, tried: u8, message: ReportMessage) -> Result<(), QueueError> {
        match TRIED_AFTER_S.get(usize::from(tried)) {
            Some(seconds) => self.reports.enqueue_after(&message, Duration::from_secs(*seconds)).await,
            None => {
                tracing::warn!("report about an unknown message dropped");
                Ok(())
            }
        }
    }
}
