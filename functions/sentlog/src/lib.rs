//! What was sent, to whom, at what price, and what became of it; and who did what.

mod asked;
mod audit;
mod documentation;
mod exports;
mod messages;
mod parts;
mod small_file;
mod statistics;
mod usage;

use std::sync::Arc;

use api::served;
use axum::{
    Router,
    routing::{get, post},
};
use domain::clock::Clock;
use store::Table;

pub use documentation::documentation;

/// What this function may use: it only reads, and keeps who asked for which file.
#[derive(Clone)]
pub struct Deps {
    /// Sends and their parcels, the audit, a school's time zone.
    pub table: Table,
    /// Tells what is scheduled from what is queued.
    pub clock: Arc<dyn Clock>,
    /// Where the links to files begin, without a slash at the end.
    pub exports_url: String,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(
        Router::new()
            .route("/v1/messages", get(messages::list))
            .route("/v1/audit", get(audit::list))
            .route("/v1/statistics", get(statistics::show))
            .route("/v1/usage", get(usage::show))
            .route("/v1/usage/months", get(usage::months))
            .route("/v1/exports", post(exports::ask))
            .route("/v1/exports/{id}", get(exports::show))
            .with_state(deps),
    )
}
