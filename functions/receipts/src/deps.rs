//! What this function may use, and nothing else.

use std::{sync::Arc, time::Duration};

use carriers::Ovh;
use domain::clock::Clock;
use queues::{QueueError, ReportMessage, ReportQueue};
use runtime::Services;
use store::Table;
use telemetry::Metrics;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Receipts of parcels, opt-outs, and the names that carriers give.
    pub table: Table,
    /// Brings a report back whose message is not known yet.
    pub reports: ReportQueue,
    /// Confirms what OVHcloud's callbacks say; none where OVHcloud is not used.
    pub ovh: Option<Arc<Ovh>>,
    /// ReportedStatus what carriers told.
    pub metrics: Metrics,
    /// The time of what a carrier told.
    pub clock: Arc<dyn Clock>,
}

/// When a report is looked at again whose message was not found, in seconds after each other: a receipt may
/// be faster than our own record. After the last one it is none of ours.
const TRIED_AFTER_S: [u64; 5] = [5, 30, 120, 600, 900];

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self {
            table: services.table()?,
            reports: services.reports()?,
            ovh: services.ovh()?,
            metrics: services.metrics(),
            clock: services.clock(),
        })
    }

    /// Whether a report was looked at for the last time.
    pub(crate) fn was_last(&self, tried: u8) -> bool {
        usize::from(tried) >= TRIED_AFTER_S.len()
    }

    /// Brings a report back after a while, or lets it go after the last time. `tried` counts those before.
    pub(crate) async fn again(&self, tried: u8, message: ReportMessage) -> Result<(), QueueError> {
        match TRIED_AFTER_S.get(usize::from(tried)) {
            Some(seconds) => self.reports.enqueue_after(&message, Duration::from_secs(*seconds)).await,
            None => {
                tracing::warn!("a report about a message that nobody knows");
                Ok(())
            }
        }
    }
}
