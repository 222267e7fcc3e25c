//! Registration of schools, the printed form, licences, settings, and the operator's decisions.

mod acknowledgement;
mod deps;
mod description;
mod documentation;
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
pub use documentation::documentation;

use api::served;
use axum::{
    Router,
    routing::{get, post},
};

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    let router = Router::new()
        .route("/v1/openapi.json", get(description::show))
        .route("/v1/rate-card", get(rate_card::show))
        .route("/v1/registrations", post(registrations::apply))
        .route("/v1/registration", get(registrations::show))
        .route("/v1/registration/acknowledgement", post(acknowledgement::acknowledge))
        .route("/v1/registration/form", get(form::show))
        .route("/v1/school", get(school::show).patch(school::change))
        .route("/v1/school/history", get(history::list))
        .route("/v1/licence", get(licence::show))
        .route("/v1/licence/refresh", post(licence::refresh));
    served(router.with_state(deps))
}
