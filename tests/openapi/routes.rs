//! Each operation is told in the same way.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::{of_the_code, operations};
use crate::repository::files;

#[test]
fn every_reference_leads_somewhere() {
    fn visit(document: &Value, part: &Value) {
        if let Some(place) = part["$ref"].as_str() {
            assert!(document.pointer(place.trim_start_matches('#')).is_some(), "{place} is nowhere");
        }
        part.as_object().into_iter().flat_map(Map::values).for_each(|member| visit(document, member));
        part.as_array().into_iter().flatten().for_each(|item| visit(document, item));
    }
    let document = of_the_code();
    visit(&document, &document);
}

#[test]
fn every_operation_has_a_name_a_summary_and_a_tag_that_is_described() {
    let document = of_the_code();
    let tags: BTreeSet<_> =
        document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap();
        assert!(names.insert(name), "{name} names two operations");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty() && !summary.ends_with('.'), "{method} {path} has no summary");
        assert!(tags.contains(operation["tags"][0].as_str().unwrap()), "{method} {path}");
    }
}

/// The names of the types that `ToSchema` is derived for: two of one name would be one in the document.
fn names_of_schemas() -> Vec<String> {
    let sources = files(".rs")
        .into_iter()
        .filter(|(path, _)| ["functions/", "shared/"].iter().any(|part| path.starts_with(part)));
    let mut names = Vec::new();
    for (_, text) in sources {
        let derives = text
            .split("#[derive(")
            .skip(1)
            .filter(|rest| rest.split_once(")]").is_some_and(|(derived, _)| derived.contains("ToSchema")));
        for rest in derives {
            let items = ["struct ", "enum "].into_iter().filter_map(|kind| rest.split_once(kind));
            // What a macro makes an item of has its name in its attributes.
            let (attributes, item) =
                items.min_by_key(|(attributes, _)| attributes.len()).unwrap_or((rest, ""));
            let named = attributes.split_once("(as = ").map_or(item, |(_, name)| name);
            names.push(
                named.split(|sign: char| !sign.is_alphanumeric()).next().unwrap_or_default().to_owned(),
            );
        }
    }
    names
}

#[test]
fn no_two_schemas_have_one_name() {
    let mut seen = BTreeSet::new();
    let names = names_of_schemas();
    assert!(names.len() > 40, "the schemas were found");
    for name in names {
        assert!(
            seen.insert(name.clone()),
            "{name} names two schemas: give one of them another with #[schema(as = …)]"
        );
    }
}
