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
use axum::{
    Router,
    routing::{get, post},
};
use domain::registration::Decision;

/// The routes of this function.
pub fn router(deps: Deps) -> Router {
    let mut router = Router::new()
        .route("/v1/operator/registrations", get(registrations::list))
        .route("/v1/operator/carriers", get(carriers::list))
        .route("/v1/operator/delivery", get(delivery::show))
        .route("/v1/operator/delivery/resume", post(delivery::resume));
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
