//! Lets in what carriers send by themselves, once it proves where it comes from, and hands it to those who
//! note it.
//!
//! Everybody can reach this function: it may read the carriers' keys and fill one queue, and nothing else.

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
