//! Lets in what carriers send by themselves, once it proves where it comes from, and hands it to those who
//! note it.
//!
//! Everybody can reach this function: it may read the carriers' keys and fill one queue, and nothing else.

mod bridge;
mod documentation;
mod ovh;
mod twilio;

use std::sync::Arc;

use api::{FieldError, FieldErrors, Problem, ProblemKind, served};
use aws::{Secret, SecretError};
use axum::{
    Router,
    routing::{get, post},
};
use domain::{
    clock::Clock,
    delivery::{CarrierName, NotAReport, Report},
    directory::is_stop,
    language::{Explain, Phrase},
};
use queues::{QueueError, ReportMessage, ReportQueue};

pub use documentation::documentation;

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

/// What carriers prove themselves with; none for a carrier that is not used, whose addresses then do not
/// exist.
#[derive(Clone, Default)]
pub struct Proofs {
    /// Twilio signs over the address as it calls it.
    pub twilio: Option<TwilioProof>,
    /// OVHcloud signs nothing: it knows an address that nobody else knows.
    pub ovh: Option<Secret>,
    /// A bridge shares a key with us, in base64.
    pub bridge: Option<Secret>,
}

/// What Twilio signs with.
#[derive(Clone)]
pub struct TwilioProof {
    /// The account's token.
    pub token: Secret,
    /// Where our API is for Twilio, such as `https://api.carillon.example`: behind a proxy, a request does
    /// not tell.
    pub public_url: String,
}

impl From<(Secret, String)> for TwilioProof {
    fn from((token, public_url): (Secret, String)) -> Self {
        Self { token, public_url }
    }
}

/// Far more than any callback has: whoever has not proved anything yet must not make us work.
const LARGEST: usize = 64 * 1024;

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(
        Router::new()
            .route("/v1/receipts/twilio", post(twilio::receive))
            .route("/v1/replies/twilio", post(twilio::receive))
            .route("/v1/receipts/ovh/{secret}", get(ovh::receive))
            .route("/v1/receipts/bridge", post(bridge::receive))
            .with_state(deps),
    )
}

impl Deps {
    /// Hands a report on. A reply that does not say stop is nobody's business here.
    async fn hand_on(&self, report: Report) -> Result<(), Problem> {
        let message = match report {
            Report::Receipt(about, receipt) => ReportMessage::receipt(about, receipt),
            Report::Reply(reply) if is_stop(&reply.text) => ReportMessage::stop(reply, self.clock.now()),
            Report::Reply(_) => return Ok(()),
        };
        self.enqueue(message).await
    }

    async fn enqueue(&self, message: ReportMessage) -> Result<(), Problem> {
        self.reports.enqueue(&message).await.map_err(|error| unavailable(&error))
    }
}

/// A bridge sends it again, and so does Twilio where it was told to; what OVHcloud does, it does not say. The
/// queue was tried four times before this.
fn unavailable(error: &QueueError) -> Problem {
    tracing::warn!(chain = telemetry::chain(error), "a report was not kept");
    Problem::new(
        ProblemKind::Unavailable,
        Phrase::fixed("Renvoyez cet appel dans un instant.", "Send this call again in a moment."),
    )
}

fn no_key(error: &SecretError) -> Problem {
    tracing::error!(alarm = "secret", chain = telemetry::chain(error), "a carrier's key cannot be read");
    Problem::new(
        ProblemKind::Unavailable,
        Phrase::fixed("Renvoyez cet appel dans un instant.", "Send this call again in a moment."),
    )
}

/// What is signed and cannot be understood: sending it again would not help. The log names the carrier and the reason,
/// never what came.
fn not_understood(carrier: CarrierName, error: NotAReport) -> Problem {
    tracing::warn!(%carrier, reason = error.code(), "unreadable report");
    FieldErrors::one(FieldError::new("", &error)).into()
}

fn unsigned() -> Problem {
    Problem::new(
        ProblemKind::UnsignedCallback,
        Phrase::fixed(
            "Signez la requête exactement telle qu’elle est envoyée, avec la clé convenue et l’heure présente.",
            "Sign the request exactly as it is sent, with the agreed key and the present time.",
        ),
    )
}
