//! Hands files of the sent log to whoever has a link to them.
//!
//! No token tells a school here: a link is all that is needed, and it is to one file, for an hour.

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
