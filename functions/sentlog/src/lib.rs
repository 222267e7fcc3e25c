//! The sent log (messages, recipients, prices, states), usage, and the audit log.

mod asked;
mod audit;
mod deps;
mod documentation;
mod exports;
mod messages;
mod parts;
mod small_file;
mod statistics;
mod usage;

use api::served;
use axum::{
    Router,
    routing::{get, post},
};

pub use deps::Deps;
pub use documentation::documentation;

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
