//! Templates, the catalogue of their variables, and the cost of a text.

mod catalogue;
mod deps;
mod export;
mod import;
mod keeping;
mod measure;
mod shelf;
mod templates;

pub use deps::Deps;

use api::served;
use axum::Router;

api::routes! {
    fn routes() -> Router<Deps>;
    pub fn documentation() with schemas(import::ImportedTemplate);
    catalogue::show,
    measure::measure,
    templates::list,
    templates::create,
    templates::show,
    templates::replace,
    templates::delete,
    export::export,
    import::import,
    templates::preview,
    keeping::archive,
    keeping::restore,
    keeping::duplicate,
    keeping::versions,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().with_state(deps))
}
