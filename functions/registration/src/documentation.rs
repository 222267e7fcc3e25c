//! This function's part of the OpenAPI document.

use domain::{language::Language, registration::Decision};
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

/// The routes of this function, with their requests and responses.
pub fn documentation() -> openapi::OpenApi {
    let mut document = Documentation::openapi();
    let paths = &mut document.paths.paths;
    // One handler for all decisions; each has a path of its own.
    let decide = paths.remove("/v1/operator/schools/{id}/{decision}").and_then(|item| item.post);
    for (decision, mut operation) in
        decide.iter().flat_map(|operation| Decision::ALL.map(|decision| (decision, operation.clone())))
    {
        let name = decision.as_str();
        operation.operation_id = Some(format!("{name}_school"));
        operation.summary = decision.label().in_language(Language::English).to_owned().into();
        paths.insert(
            format!("/v1/operator/schools/{{id}}/{name}"),
            PathItem::new(HttpMethod::Post, operation),
        );
    }
    document
}
