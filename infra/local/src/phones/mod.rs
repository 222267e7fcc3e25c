//! Simulated phones with a page. The stand-ins for carriers deliver the texts.

mod inbox;
mod page;

use std::sync::Arc;

use axum::{Router, routing::get};

pub use inbox::{Inbox, ReceivedSms};

/// The phones page, and the same as JSON.
pub(crate) fn pages(inbox: Arc<Inbox>) -> Router {
    Router::new()
        .route("/phones", get(page::show))
        .route("/local/phones", get(page::list))
        .route("/local/phones/{number}", get(page::phone))
        .with_state(inbox)
}
