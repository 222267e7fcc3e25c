//! The people of a school and what they want to hear: one by one, many at once, from the file that its
//! software exports, or by their own word.

mod access;
mod deps;
mod erasure;
mod guardians;
pub mod import;
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
