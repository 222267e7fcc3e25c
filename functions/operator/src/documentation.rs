//! What this function says of itself in the API's documentation.

use domain::registration::Decision;
use utoipa::{
    OpenApi,
    openapi::{self, HttpMethod, PathItem},
};

use crate::{decisions, documentation_of_routes};

#[derive(OpenApi)]
#[openapi(paths(decisions::decide))]
struct Decisions;

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    let mut document = documentation_of_routes();
    document.merge(Decisions::openapi());
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
