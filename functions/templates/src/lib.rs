//! Templates, the catalogue of their variables, and the cost of a text.

mod catalogue;
mod deps;
mod documentation;
mod export;
mod import;
mod keeping;
mod measure;
mod shelf;
mod templates;

pub use deps::Deps;
pub use documentation::documentation;

use api::served;
use axum::{
    Router,
    routing::{get, post},
};

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(
        Router::new()
            .route("/v1/catalogue", get(catalogue::show))
            .route("/v1/texts/measure", post(measure::measure))
            .route("/v1/templates", get(templates::list).post(templates::create))
            .route(
                "/v1/templates/{id}",
                get(templates::show).put(templates::replace).delete(templates::delete),
            )
            .route("/v1/templates/export", get(export::export))
            .route("/v1/templates/import", post(import::import))
            .route("/v1/templates/{id}/preview", post(templates::preview))
            .route("/v1/templates/{id}/archive", post(keeping::archive))
            .route("/v1/templates/{id}/restore", post(keeping::restore))
            .route("/v1/templates/{id}/duplicate", post(keeping::duplicate))
            .route("/v1/templates/{id}/versions", get(keeping::versions))
            .with_state(deps),
    )
}
