//! Hands files of the sent log to whoever has a link to them.
//!
//! No token tells a school here: a link is all that is needed, and it is to one file, for an hour.

mod documentation;
mod download;
mod file;

use std::sync::Arc;

use api::served;
use axum::{Router, routing::get};
use domain::clock::Clock;
use store::Table;

pub use documentation::documentation;

/// What this function may use: it reads the log, and notes how far a download is.
#[derive(Clone)]
pub struct Deps {
    /// Exports, sends and their parcels.
    pub table: Table,
    /// Tells when a link has expired.
    pub clock: Arc<dyn Clock>,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(Router::new().route("/v1/exports/{id}/file", get(file::show)).with_state(deps))
}
