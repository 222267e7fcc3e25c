//! The people of a school and their preferences: singly, in bulk, from the export of school software, or by
//! their own opt-out.

mod access;
mod deps;
mod erasure;
mod guardians;
mod import_report;
mod opt_outs;
mod people;
mod person_body;
mod preferences;
mod upload;

use api::served;
use axum::{Router, extract::DefaultBodyLimit};

pub use deps::Deps;

api::routes! {
    fn routes() -> Router<Deps>;
    pub fn documentation();
    people::list,
    people::create,
    people::show,
    people::replace,
    people::delete,
    access::show,
    upload::import,
    preferences::set,
    opt_outs::list,
    opt_outs::reopen,
    erasure::show,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().layer(DefaultBodyLimit::disable()).with_state(deps))
}
