//! The people of a school and what they want to hear: one by one, many at once, from the file that its
//! software exports, or by their own word.

mod access;
mod documentation;
mod erasure;
pub mod import;
mod opt_outs;
mod people;
mod person_body;
mod preferences;
mod upload;

use std::sync::Arc;

use api::served;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};
use domain::clock::Clock;
use store::Table;
use telemetry::Metrics;

pub use documentation::documentation;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// People, the settings of their school, and the messages from which somebody is erased.
    pub table: Table,
    /// Told which texts an erasure called back.
    pub metrics: Metrics,
    /// The age of a person's identifier, and the lease of an import.
    pub clock: Arc<dyn Clock>,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(
        Router::new()
            .route("/v1/people", get(people::list).post(people::create))
            .route("/v1/people/import", post(upload::import))
            .route("/v1/people/preferences", post(preferences::set))
            .route("/v1/opt-outs", get(opt_outs::list))
            .route("/v1/opt-outs/{id}/reopen", post(opt_outs::reopen))
            .route("/v1/people/{id}", get(people::show).put(people::replace).delete(people::delete))
            .route("/v1/people/{id}/data", get(access::show))
            .route("/v1/erasures/{id}", get(erasure::show))
            .layer(DefaultBodyLimit::disable())
            .with_state(deps),
    )
}
