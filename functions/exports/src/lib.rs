//! Serves files of the sent log by link.
//!
//! There is no bearer token here: the link alone gives access, to one file, for an hour.

mod deps;
mod download;
mod file;

use api::served;
use axum::Router;

pub use deps::Deps;

api::routes! {
    fn routes() -> Router<Deps>;
    pub fn documentation();
    file::show,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().with_state(deps))
}
