//! The dependencies of this function: the report queue and the carriers' keys.

use std::sync::Arc;

use api::Problem;
use domain::{clock::Clock, delivery::Report, directory::is_stop};
use queues::{ReportMessage, ReportQueue};

use crate::{proofs::Proofs, refusal::unavailable};

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    pub reports: ReportQueue,
    pub proofs: Proofs,
    /// For the age of signatures.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Enqueues a report. Replies other than STOP are dropped.
    pub(crate) async fn hand_on(&self, report: Report) -> Result<(), Problem> {
        let message = match report {
            Report::Receipt(about, receipt) => ReportMessage::receipt(about, receipt),
            Report::Reply(reply) if is_stop(&reply.text) => ReportMessage::stop(reply, self.clock.now()),
            Report::Reply(_) => return Ok(()),
        };
        self.enqueue(message).await
    }

    pub(crate) async fn enqueue(&self, message: ReportMessage) -> Result<(), Problem> {
        self.reports.enqueue(&message).await.map_err(|error| unavailable(&error))
    }
}
