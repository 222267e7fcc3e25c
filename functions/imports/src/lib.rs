//! Imports of people: files become a plan, an admin applies that very plan, and may take it back for a week.

mod apply;
mod columns;
mod deps;
mod difference;
mod files;
mod import_body;
mod lock;
mod plan;
mod report;
mod report_file;
mod row_body;
mod show;
mod undo;
mod upload;
mod upload_content;

use api::served;
use axum::{Router, extract::DefaultBodyLimit};

pub use deps::Deps;

api::routes! {
    fn routes() -> Router<Deps>;
    pub fn documentation();
    upload::upload,
    show::list,
    show::show,
    apply::apply,
    undo::undo,
    columns::show,
    columns::replace,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().layer(DefaultBodyLimit::disable()).with_state(deps))
}
