//! Registration of schools, the printed form, licences and settings.

mod acknowledgement;
mod deps;
mod description;
mod form;
mod history;
mod licence;
mod not_registered;
mod rate_card;
mod registrations;
mod school;
mod settings_record;
mod territory;

pub use deps::Deps;

use api::served;
use axum::Router;

api::routes! {
    fn routes() -> Router<Deps>;
    pub fn documentation();
    description::show,
    rate_card::show,
    registrations::apply,
    registrations::show,
    acknowledgement::acknowledge,
    form::show,
    school::show,
    school::change,
    history::list,
    licence::show,
    licence::refresh,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    served(routes().with_state(deps))
}
