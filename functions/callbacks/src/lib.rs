//! Receives carriers' webhooks, verifies their origin and enqueues them.
//!
//! This function is public: it may read the carriers' keys and write to one queue, and nothing else.

mod bridge;
mod deps;
mod documentation;
mod ovh;
mod proofs;
mod refusal;
mod twilio;

use api::served;
use axum::{
    Router,
    routing::{get, post},
};

pub use deps::Deps;
pub use documentation::documentation;
pub use proofs::{Proofs, TwilioProof};

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
