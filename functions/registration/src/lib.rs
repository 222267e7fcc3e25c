//! Signing a school up, its printed form, its licence and its settings, and the operator's decisions.

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
use axum::{Router, routing::post};
use domain::registration::Decision;

api::routes! {
    fn routes() -> Router<Deps>;
    fn documentation_of_routes();
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
    operator::list,
    carriers::list,
    delivery::show,
    delivery::resume,
}

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    let mut router = routes();
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
