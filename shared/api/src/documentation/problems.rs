//! The problem responses of all routes: one per HTTP status, with an example of each kind.

use std::{borrow::Cow, collections::BTreeMap};

use axum::http::StatusCode;
use serde_json::{Map, Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{ObjectBuilder, RefOr, Schema, schema::Type},
};

use super::examples::example;
use crate::{ProblemKind, Retry, problem::ProblemDocument, problem_type};
use domain::language::Language;

/// Responses of API Gateway itself, before a function is invoked or when it fails.
const OF_THE_GATEWAY: [StatusCode; 3] =
    [StatusCode::UNAUTHORIZED, StatusCode::PAYLOAD_TOO_LARGE, StatusCode::SERVICE_UNAVAILABLE];

impl PartialSchema for ProblemKind {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .enum_values(Some(Self::ALL.iter().map(|kind| problem_type(*kind))))
            .description(Some("The identifier of a kind of problem. A name, not an address."))
            .into()
    }
}

impl ToSchema for ProblemKind {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("ProblemType")
    }
}

/// Groups the problem kinds by status.
fn by_status() -> BTreeMap<StatusCode, Vec<ProblemKind>> {
    let mut statuses = BTreeMap::<_, Vec<_>>::new();
    for kind in ProblemKind::ALL {
        statuses.entry(kind.status()).or_default().push(*kind);
    }
    statuses
}

/// Returns the name of a status in the document: `NotFound`.
fn name(status: StatusCode) -> String {
    status.canonical_reason().unwrap_or_default().split(' ').collect()
}

/// Returns an operation's reference to a response; `particular` is its specific meaning there.
pub(super) fn reference(status: u16, particular: Option<&str>) -> Value {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut reference = json!({ "$ref": format!("#/components/responses/{}", name(status)) });
    if let Some(particular) = particular {
        reference["description"] = particular.into();
    }
    reference
}

/// Returns the shared responses.
pub(super) fn responses() -> Map<String, Value> {
    by_status().into_iter().map(|(status, kinds)| (name(status), response(status, &kinds))).collect()
}

/// Returns the schemas of the shared responses.
pub(super) fn schemas() -> Vec<(String, RefOr<Schema>)> {
    let mut schemas = vec![(ProblemDocument::name().into_owned(), ProblemDocument::schema())];
    ProblemDocument::schemas(&mut schemas);
    schemas
}

fn response(status: StatusCode, kinds: &[ProblemKind]) -> Value {
    let titles: Vec<_> =
        kinds.iter().map(|kind| kind.title().in_language(Language::English).to_owned()).collect();
    let types: Vec<_> = kinds.iter().map(|kind| problem_type(*kind)).collect();
    let mut content = json!({
        "application/problem+json": {
            // Beside the reference and not in an `allOf` with it: what generates a client makes one type of all.
            "schema": {
                "$ref": "#/components/schemas/Problem",
                "properties": { "status": { "const": status.as_u16() }, "type": { "enum": types } },
            },
            "examples": kinds.iter().flat_map(|kind| examples(*kind)).collect::<Map<_, _>>(),
        },
    });
    if OF_THE_GATEWAY.contains(&status) {
        // A client that is generated often looks at one content type only: here it finds both documents.
        content["application/json"] = json!({
            "schema": {
                "anyOf": [
                    { "$ref": "#/components/schemas/Problem" },
                    { "$ref": "#/components/schemas/GatewayError" },
                ],
            },
        });
    }
    json!({ "description": format!("{}.", titles.join("; or: ")), "headers": headers(kinds), "content": content })
}

/// Returns the example of a kind in each language.
fn examples(kind: ProblemKind) -> [(String, Value); 2] {
    [Language::English, Language::French].map(|language| {
        let title = kind.title().in_language(language).to_owned();
        let document = example(kind).document(language, Some("JKJaXmPLvHcESHA="));
        (format!("{}.{}", kind.slug(), language.tag()), json!({ "summary": title, "value": document }))
    })
}

fn headers(kinds: &[ProblemKind]) -> Value {
    let mut headers = json!({
        "Content-Language": {
            "description": "The language of `title` and `detail`.",
            "schema": { "enum": [Language::French.tag(), Language::English.tag()] },
        },
    });
    if kinds.iter().any(|kind| kind.retry() != Retry::Never) {
        headers["Retry-After"] = json!({
            "description": "The delay before a retry, in seconds.",
            "schema": { "type": "integer", "minimum": 1 },
        });
    }
    if kinds.contains(&ProblemKind::Unauthenticated) {
        headers["WWW-Authenticate"] =
            json!({ "description": "The authentication scheme.", "schema": { "type": "string" } });
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_a_problem_is_of_its_kind() {
        for kind in ProblemKind::ALL {
            assert_eq!(example(*kind).kind(), *kind);
        }
    }
}
