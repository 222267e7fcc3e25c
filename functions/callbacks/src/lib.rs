//! Receives carriers' webhooks, verifies their origin and enqueues them.
//!
//! This function is public: it may read the carriers' keys and write to one queue, and nothing else.

mod bridge;
mod deps;
mod ovh;
mod proofs;
mod refusal;
mod twilio;

use api::served;
use axum::Router;

pub use deps::Deps;
pub use proofs::{Proofs, TwilioProof};

api::routes! {
    fn routes() -> Router<Deps>;
    pub fn documentation();
    twilio::receive,
    twilio::receive_reply,
    ovh::receive,
    bridge::receive,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().with_state(deps))
}
