//! The people of a school and their preferences: singly, in bulk, or by their own opt-out.

mod access;
mod deps;
mod erasure;
mod guardians;
mod opt_outs;
mod people;
mod person_body;
mod preferences;

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
    preferences::set,
    opt_outs::list,
    opt_outs::reopen,
    erasure::show,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().layer(DefaultBodyLimit::disable()).with_state(deps))
}
