//! Registration of schools, the printed form, licences, settings, and the operator's decisions.

mod acknowledgement;
mod carriers;
mod delivery;
mod deps;
mod description;
mod documentation;
mod form;
mod history;
mod licence;
mod operator;
mod rate_card;
mod registration_body;
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
use domain::registration::Decision;

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    let mut router = Router::new()
        .route("/v1/openapi.json", get(description::show))
        .route("/v1/rate-card", get(rate_card::show))
        .route("/v1/registrations", post(registrations::apply))
        .route("/v1/registration", get(registrations::show))
        .route("/v1/registration/acknowledgement", post(acknowledgement::acknowledge))
        .route("/v1/registration/form", get(form::show))
        .route("/v1/school", get(school::show).patch(school::change))
        .route("/v1/school/history", get(history::list))
        .route("/v1/licence", get(licence::show))
        .route("/v1/licence/refresh", post(licence::refresh))
        .route("/v1/operator/registrations", get(operator::list))
        .route("/v1/operator/carriers", get(carriers::list))
        .route("/v1/operator/delivery", get(delivery::show))
        .route("/v1/operator/delivery/resume", post(delivery::resume));
    for decision in Decision::ALL {
        let path = format!("/v1/operator/schools/{{id}}/{}", decision.as_str());
        router = router.route(
            &path,
            post(move |operator, deps, school, body| {
                operator::decide(operator, deps, school, decision, body)
            }),
        );
    }
    served(router.with_state(deps))
}
