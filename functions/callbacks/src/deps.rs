//! What this function may use: the queue of reports, and the keys of carriers.

use std::sync::Arc;

use api::Problem;
use domain::{clock::Clock, delivery::Report, directory::is_stop};
use queues::{ReportMessage, ReportQueue};
use runtime::Services;

use crate::{
    proofs::{Proofs, TwilioProof},
    refusal::unavailable,
};

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Where reports go.
    pub reports: ReportQueue,
    /// What carriers prove themselves with.
    pub proofs: Proofs,
    /// Tells old signatures from fresh ones.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self {
            reports: services.reports()?,
            proofs: Proofs {
                twilio: services.twilio_proof()?.map(TwilioProof::from),
                ovh: services.ovh_callback_secret()?,
                bridge: services.bridge_key()?,
            },
            clock: services.clock(),
        })
    }

    /// Hands a report on. A reply that does not say stop is nobody's business here.
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
