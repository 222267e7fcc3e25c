//! Assembly of the OpenAPI document from the functions' parts.

use serde_json::{Value, json};
use utoipa::openapi::{OpenApi, RefOr, Schema};

use super::{
    completion, problems,
    references::{self, references},
    security::BEARER,
    unnamed, values,
};

/// The tags of operations, in the order of the document.
const TAGS: [(&str, &str); 9] = [
    ("registration", "Registrations, rate cards, registration forms and licences."),
    ("school", "The settings of a school, their history, and the audit."),
    ("people", "The directory of a school: people, phone numbers, preferences, opt-outs and erasures."),
    ("templates", "Templates, their variables, and the cost of texts."),
    ("sends", "Previews, sends, cancellations, withdrawals and resends."),
    ("messages", "The sent log, exports, statistics and usage."),
    ("operator", "Operations of the operator: registrations of all schools, delivery and carriers."),
    ("carriers", "Webhooks of carriers, authenticated by signature."),
    ("documentation", "The OpenAPI document."),
];

/// Assembles the document from the functions' parts.
///
/// # Panics
///
/// If two functions use one name for different schemas.
pub fn assembled(functions: impl IntoIterator<Item = OpenApi>) -> Value {
    let mut document = skeleton();
    for function in functions {
        let function = serde_json::to_value(function).expect("a document is JSON");
        merge(&mut document["paths"], &function["paths"]);
        merge(&mut document["components"]["schemas"], &function["components"]["schemas"]);
    }
    merge(&mut document["components"]["schemas"], &by_name(problems::schemas()));
    let values = by_name(domain::schema::all().into_iter().chain(values::all()).collect());
    let schemas =
        references(&document).into_iter().filter_map(|name| Some((name.clone(), values.get(&name)?.clone())));
    let schemas = Value::Object(schemas.collect());
    merge(&mut document["components"]["schemas"], &schemas);
    unnamed::inline(&mut document);
    completion::complete(&mut document);
    references::remove_unreferenced(&mut document);
    document
}

fn by_name(schemas: Vec<(String, RefOr<Schema>)>) -> Value {
    let json = |schema| serde_json::to_value(schema).expect("a schema is JSON");
    Value::Object(schemas.into_iter().map(|(name, schema)| (name, json(schema))).collect())
}

/// Merges an object into another, recursively for objects under the same key.
fn merge(into: &mut Value, from: &Value) {
    let (Value::Object(into), Value::Object(from)) = (into, from) else { return };
    for (key, value) in from {
        let known = into.entry(key).or_insert_with(|| value.clone());
        let is_another_method = key.starts_with('/');
        if is_another_method {
            merge(known, value);
        } else {
            assert!(known == value, "{key} names two things");
        }
    }
}

fn skeleton() -> Value {
    let tags = TAGS.map(|(name, description)| json!({ "name": name, "description": description }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Carillon",
            "summary": "SMS for schools",
            "description": include_str!("introduction.md"),
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/", "description": "The origin of this document." }],
        "tags": tags,
        "paths": {},
        "components": {
            "schemas": {
                "GatewayError": {
                    "description": "An error of the gateway in front of the service.",
                    "type": "object",
                    "required": ["message"],
                    "properties": { "message": { "type": "string" } },
                },
            },
            "responses": problems::responses(),
            "parameters": {
                "AcceptLanguage": {
                    "name": "Accept-Language",
                    "in": "header",
                    "description": "The language of titles and details: French by default, or English.",
                    "schema": { "type": "string" },
                    "example": "en",
                },
            },
            "securitySchemes": {
                BEARER: {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token with the claims `sub`, `role` and, except for the operator, `school_id`.",
                },
            },
        },
    })
}
