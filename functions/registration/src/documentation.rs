//! What this function says of itself in the API's documentation.

use domain::registration::Decision;
use utoipa::{
    OpenApi,
    openapi::{self, HttpMethod, PathItem},
};

use crate::{
    acknowledgement, carriers, delivery, description, form, history, licence, operator, rate_card,
    registrations, school,
};

#[derive(OpenApi)]
#[openapi(paths(
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
    operator::decide,
    carriers::list,
    delivery::show,
    delivery::resume,
))]
struct Documentation;

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    let mut document = Documentation::openapi();
    let paths = &mut document.paths.paths;
    // One handler answers for every decision, each of which has its own path.
    let decide = paths.remove("/v1/operator/schools/{id}/{decision}").and_then(|item| item.post);
    for (decision, mut operation) in
        decide.iter().flat_map(|operation| Decision::ALL.map(|decision| (decision, operation.clone())))
    {
        let name = decision.as_str();
        operation.operation_id = Some(format!("{name}Registration"));
        let verb = format!("{}{}", name[..1].to_uppercase(), &name[1..]);
        operation.summary = Some(format!("{verb} a registration"));
        paths.insert(
            format!("/v1/operator/schools/{{id}}/{name}"),
            PathItem::new(HttpMethod::Post, operation),
        );
    }
    document
}
