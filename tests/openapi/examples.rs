//! Every request and every problem has an example, and all examples match their schemas.

use std::collections::BTreeSet;

use api::{ProblemKind, problem_type};
use serde_json::{Value, json};

use super::{of_the_code, operations};

/// The violations of a schema of the document.
fn complaints(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let whole = json!({ "allOf": [schema], "components": document["components"] });
    let validator = jsonschema::draft202012::new(&whole).expect("a schema");
    validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// The examples beside a schema.
fn examples_of(media: &Value) -> Vec<&Value> {
    let named = media["examples"].as_object().into_iter().flat_map(serde_json::Map::values);
    media.get("example").into_iter().chain(named.map(|example| &example["value"])).collect()
}

/// Every body of JSON in an object by content type.
fn json_bodies(content: &Value) -> impl Iterator<Item = &Value> {
    let bodies = content.as_object().into_iter().flatten();
    bodies.filter(|(kind, _)| kind.ends_with("json")).map(|(_, media)| media)
}

#[test]
fn every_request_has_an_example_that_fits() {
    let document = of_the_code();
    for (method, path, operation) in operations(&document) {
        for media in json_bodies(&operation["requestBody"]["content"]) {
            let examples = examples_of(media);
            assert!(!examples.is_empty(), "{method} {path} has no example of its body");
            for example in examples {
                let complaints = complaints(&document, &media["schema"], example);
                assert!(complaints.is_empty(), "{method} {path}: {complaints:?}");
            }
        }
    }
}

#[test]
fn every_example_of_an_answer_fits_and_every_problem_has_one() {
    let document = of_the_code();
    let mut shown = BTreeSet::new();
    let answers =
        operations(&document).flat_map(|(_, _, operation)| operation["responses"].as_object().unwrap());
    let shared = document["components"]["responses"].as_object().unwrap();
    for (name, answer) in answers.chain(shared) {
        for media in json_bodies(&answer["content"]) {
            for example in examples_of(media) {
                let complaints = complaints(&document, &media["schema"], example);
                assert!(complaints.is_empty(), "{name}: {complaints:?}");
                shown.extend(example["type"].as_str().map(str::to_owned));
            }
        }
    }
    assert_eq!(shown, ProblemKind::ALL.iter().map(|kind| problem_type(*kind)).collect());
}

#[test]
fn every_example_of_a_value_fits() {
    let document = of_the_code();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        for example in schema["examples"].as_array().into_iter().flatten() {
            let complaints = complaints(&document, schema, example);
            assert!(complaints.is_empty(), "{name}: {complaints:?}");
        }
    }
}
