//! Completion of operations with everything implied by their structure.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    parameters::{IDEMPOTENCY_KEY, IF_MATCH},
    problems,
    references::{references, referred},
    security::BEARER,
};
use crate::Role;

/// Completes every operation and every schema of a document.
pub(super) fn complete(document: &mut Value) {
    let asked = asked_for(document);
    let parts = document["components"]["schemas"].clone();
    members(&mut document["components"]["schemas"]).for_each(|schema| join(schema, &parts));
    let schemas = document["components"]["schemas"].as_object_mut().expect("schemas have names");
    for (name, schema) in schemas {
        close(schema);
        if !asked.contains(name) {
            leave_out_nulls(schema);
        }
    }
    let schemas = document["components"]["schemas"].clone();
    for path in members(&mut document["paths"]) {
        for operation in members(path) {
            complete_operation(operation, &schemas);
        }
    }
}

fn members(object: &mut Value) -> impl Iterator<Item = &mut Value> {
    object.as_object_mut().into_iter().flat_map(Map::values_mut)
}

fn complete_operation(operation: &mut Value, schemas: &Value) {
    let statuses = refusals(operation);
    let mut responses = operation["responses"].as_object().cloned().unwrap_or_default();
    for status in statuses {
        responses.entry(status.to_string()).or_insert(json!({}));
    }
    for (status, response) in &mut responses {
        let status: u16 = status.parse().expect("a status is a number");
        if status >= 400 {
            let particular =
                response["description"].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
            *response = problems::reference(status, particular.as_deref());
        } else {
            response["headers"]["X-Request-Id"] = json!({ "description": "The identifier of the request, for support.", "schema": { "type": "string" } });
            if response["headers"]["ETag"].is_object() {
                response["headers"]["ETag"]["description"] =
                    "The version of the resource, for `If-Match`.".into();
            }
        }
    }
    operation["responses"] = Value::Object(responses);
    name_the_roles(operation);
    show_the_example(operation, schemas);
    let parameters = operation["parameters"].as_array_mut();
    let mut parameters: Vec<Value> = parameters.map(std::mem::take).unwrap_or_default();
    for parameter in &mut parameters {
        without_null(&mut parameter["schema"]);
    }
    parameters.push(json!({ "$ref": "#/components/parameters/AcceptLanguage" }));
    operation["parameters"] = parameters.into();
}

/// Returns the statuses of generic refusals of an operation.
fn refusals(operation: &Value) -> BTreeSet<u16> {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let has = |place: &str, name: Option<&str>| {
        let is_it = |parameter: &&Value| {
            parameter["in"] == place && name.is_none_or(|name| parameter["name"] == name)
        };
        parameters.iter().any(|parameter| is_it(&parameter))
    };
    let mut statuses = BTreeSet::from([400, 500, 503]);
    if is_protected(operation) {
        statuses.extend([401, 403]);
    }
    if operation["requestBody"].is_object() {
        statuses.extend([413, 415, 422]);
    }
    if has("query", None) {
        statuses.insert(422);
    }
    if has("path", None) {
        statuses.insert(404);
    }
    if has("header", Some(IF_MATCH)) {
        statuses.extend([412, 428]);
    }
    if has("header", Some(IDEMPOTENCY_KEY)) {
        statuses.extend([409, 422]);
    }
    statuses
}

fn is_protected(operation: &Value) -> bool {
    operation["security"][0][BEARER].is_array()
}

/// A handler names the least role that it takes; a public one names none.
fn name_the_roles(operation: &mut Value) {
    let Some(least) = operation["security"][0][BEARER][0].as_str() else {
        operation["security"] = json!([]);
        return;
    };
    let least = Role::parse(least).expect("a role of the API");
    let roles: Vec<_> = least.and_above().map(Role::as_str).collect();
    let sentence = format!("Roles: {}.", roles.join(", "));
    let text = match operation["description"].as_str() {
        Some(text) => format!("{text}\n\n{sentence}"),
        None => sentence,
    };
    operation["description"] = text.into();
    operation["security"][0][BEARER] = roles.into();
}

/// Examples are attached to schemas in the code; readers and generators expect them next to the body.
fn show_the_example(operation: &mut Value, schemas: &Value) {
    for media in operation.pointer_mut("/requestBody/content").into_iter().flat_map(members) {
        // An optional body is not null.
        without_null(&mut media["schema"]);
        let example = referred(&media["schema"])
            .map(|name| &schemas[name]["examples"][0])
            .filter(|example| !example.is_null());
        if let Some(example) = example.filter(|_| media["example"].is_null() && media["examples"].is_null()) {
            media["example"] = example.clone();
        }
    }
}

/// Returns the names of the request schemas, nested ones included.
fn asked_for(document: &Value) -> BTreeSet<String> {
    let operations = document["paths"].as_object().into_iter().flat_map(Map::values);
    let operations = operations.filter_map(Value::as_object).flat_map(Map::values);
    let mut waiting: Vec<_> =
        operations.flat_map(|operation| references(&operation["requestBody"])).collect();
    let mut names = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if names.insert(name.clone()) {
            waiting.extend(references(&document["components"]["schemas"][&name]));
        }
    }
    names
}

/// Merges the `allOf` parts of a schema into one object.
fn join(schema: &mut Value, schemas: &Value) {
    let Some(parts) = schema["allOf"].as_array().cloned() else { return };
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for mut part in parts {
        if let Some(name) = referred(&part) {
            part = schemas[name].clone();
        }
        join(&mut part, schemas);
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
        required.extend(part["required"].as_array().cloned().unwrap_or_default());
    }
    let members = schema.as_object_mut().expect("a schema is an object");
    members.remove("allOf");
    members.insert("type".to_owned(), "object".into());
    members.insert("properties".to_owned(), properties.into());
    members.insert("required".to_owned(), required.into());
}

/// Closes an object schema: no additional properties.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let is_object = members.get("type").is_some_and(|kind| kind == "object");
            if is_object && members.contains_key("properties") {
                members.entry("additionalProperties").or_insert(false.into());
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

/// Absent fields of a response are never null: a field with a null value is declared
/// `#[schema(required)]`.
fn leave_out_nulls(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let required = members.get("required").cloned().unwrap_or_default();
            let is_required =
                |name: &String| required.as_array().is_some_and(|all| all.iter().any(|one| one == name));
            if let Some(Value::Object(properties)) = members.get_mut("properties") {
                properties
                    .iter_mut()
                    .filter(|(name, _)| !is_required(name))
                    .for_each(|(_, field)| without_null(field));
            }
            members.values_mut().for_each(leave_out_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(leave_out_nulls),
        _ => {}
    }
}

/// Removes null from a schema.
fn without_null(schema: &mut Value) {
    if let Some(kinds) = schema["type"].as_array() {
        let rest: Vec<_> = kinds.iter().filter(|kind| *kind != "null").cloned().collect();
        if let [only] = rest.as_slice() {
            schema["type"] = only.clone();
        }
    }
    let Some(kinds) = schema["oneOf"].as_array() else { return };
    let rest: Vec<_> = kinds.iter().filter(|kind| kind["type"] != "null").cloned().collect();
    if let ([Value::Object(only)], Value::Object(members)) = (rest.as_slice(), schema) {
        members.remove("oneOf");
        members.extend(only.clone());
    }
}
