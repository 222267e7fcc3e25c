//! The sent log (messages, recipients, prices, states), usage, and the audit log.

mod asked;
mod audit;
mod deps;
mod exports;
mod messages;
mod parts;
mod small_file;
mod statistics;
mod usage;

use api::served;
use axum::Router;

pub use deps::Deps;

api::routes! {
    fn routes() -> Router<Deps>;
    pub fn documentation() with schemas(asked::StateName);
    messages::list,
    audit::list,
    statistics::show,
    usage::show,
    usage::months,
    exports::ask,
    exports::show,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().with_state(deps))
}
