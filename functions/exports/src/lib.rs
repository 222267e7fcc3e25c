//! Hands files of the sent log to whoever has a link to them.
//!
//! No token tells a school here: a link is all that is needed, and it is to one file, for an hour.

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
