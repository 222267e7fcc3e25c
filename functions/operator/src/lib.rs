//! What the operator of the service reads and decides: registrations, carriers, delivery.

mod carriers;
mod decisions;
mod delivery;
mod deps;
mod documentation;
mod registrations;

pub use deps::Deps;
pub use documentation::documentation;

use api::served;
use axum::{Router, routing::post};
use domain::registration::Decision;

api::routes! {
    fn routes() -> Router<Deps>;
    fn documentation_of_routes();
    registrations::list,
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
                decisions::decide(operator, deps, school, decision, body)
            }),
        );
    }
    served(router.with_state(deps))
}
