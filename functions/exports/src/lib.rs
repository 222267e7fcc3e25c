//! Serves files of the sent log by link.
//!
//! There is no bearer token here: the link alone gives access, to one file, for an hour.

mod deps;
mod documentation;
mod download;
mod file;

use api::served;
use axum::{Router, routing::get};

pub use deps::Deps;
pub use documentation::documentation;

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(Router::new().route("/v1/exports/{id}/file", get(file::show)).with_state(deps))
}
