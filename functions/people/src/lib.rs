//! The people of a school and their preferences: singly, in bulk, from the export of school software, or by
//! their own opt-out.

mod access;
mod deps;
mod documentation;
mod erasure;
mod guardians;
pub mod import;
mod opt_outs;
mod people;
mod person_body;
mod preferences;
mod upload;

use api::served;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

pub use deps::Deps;
pub use documentation::documentation;

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
