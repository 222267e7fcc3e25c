//! Simulated phones behind the bridge contract, and a page that shows them.

mod bridge;
mod inbox;
mod page;

use std::sync::Arc;

use axum::{
    Router,
    routing::{get, post},
};
use shared::clock::Clock;

pub(crate) use inbox::Inbox;

/// What the phones need.
#[derive(Clone)]
pub(crate) struct Phones {
    pub inbox: Arc<Inbox>,
    /// The key that the bridge carrier signs with.
    pub key: Arc<[u8]>,
    pub clock: Arc<dyn Clock>,
}

/// Where the bridge carrier sends.
pub(crate) const BRIDGE_PATH: &str = "/local/bridge";

/// The phones' routes.
pub(crate) fn router(phones: Phones) -> Router {
    Router::new()
        .route(BRIDGE_PATH, post(bridge::receive))
        .route(&format!("{BRIDGE_PATH}/{{reference}}"), get(bridge::find))
        .route("/phones", get(page::show))
        .route("/local/phones", get(page::list))
        .route("/local/phones/{number}", get(page::phone))
        .with_state(phones)
}
