//! Every route of a function is the same everywhere: in its document, in the template, on this machine, in the events.

use std::collections::BTreeSet;

use carillon_local::{documents, first_part, function_of, takes};
use serde_json::Value;

use super::files;
use crate::{
    openapi::operations,
    template::{FunctionResource, Template},
};

/// A method and a path, as a router has it.
pub(crate) type Route = (String, String);

/// The routes of a function: those that its documentation, which comes from one list with its router, tells of.
pub(crate) fn routes_of(function: &str) -> BTreeSet<Route> {
    let its = documents().iter().filter(|(name, _)| *name == function);
    its.flat_map(|(_, document)| {
        let document = serde_json::to_value(document).expect("a document is JSON");
        let routes = operations(&document).map(|(method, path, _)| (method, path.clone()));
        routes.collect::<Vec<_>>()
    })
    .collect()
}

#[test]
fn every_route_of_a_function_leads_to_it_through_api_gateway_and_no_other_does() {
    let template = Template::read();
    for function in FunctionResource::all(&template) {
        let (ours, theirs) = (routes_of(&function.name), BTreeSet::from_iter(function.routes()));
        if function.has_an_address() {
            assert!(theirs.is_empty(), "{} is asked at its own address", function.name);
            continue;
        }
        for (method, path) in &ours {
            let is_it = |route: &&_| route_takes(route, method, path);
            assert!(
                theirs.iter().any(|route| is_it(&route)),
                "{method} {path} does not reach {}",
                function.name
            );
        }
        for route in theirs {
            let is_ours = ours.iter().any(|(method, path)| route_takes(&route, method, path));
            assert!(is_ours, "{} {} reaches nothing of {}", route.method, route.path, function.name);
            // Carriers prove themselves, and anybody may learn what the API is; everybody else has a token.
            let is_for_anybody = function.name == "callbacks" || route.path == "/v1/openapi.json";
            assert_eq!(route.is_open, is_for_anybody, "{} {}", route.method, route.path);
        }
    }
}

fn route_takes(route: &crate::template::HttpRoute<'_>, method: &str, path: &str) -> bool {
    route.method == method && takes(route.path, path)
}

#[test]
fn no_request_could_go_to_two_functions() {
    let template = Template::read();
    let functions: Vec<_> = FunctionResource::all(&template).collect();
    for function in &functions {
        for (method, path) in routes_of(&function.name) {
            let takers = functions
                .iter()
                .filter(|taker| taker.routes().any(|route| route_takes(&route, &method, &path)));
            let takers: Vec<_> = takers.map(|taker| &taker.name).collect();
            let expected: &[_] = if function.has_an_address() { &[] } else { &[&function.name] };
            assert_eq!(takers, expected, "{method} {path}");
        }
    }
}

#[test]
fn this_machine_leads_the_same_paths_to_the_same_functions() {
    let template = Template::read();
    for function in FunctionResource::all(&template) {
        for route in function.routes() {
            assert_eq!(function_of(route.path), Some(function.name.as_str()), "{}", route.path);
        }
        for (_, path) in routes_of(&function.name) {
            assert_eq!(function_of(&path), Some(function.name.as_str()), "{path}");
        }
    }
    assert_eq!(function_of("/v1/nothing"), None);
}

/// The first part of a path below `/v1/`.
pub(super) fn part(path: &str) -> String {
    first_part(path).expect("a path of the API").to_owned()
}

/// The first parts of the paths of each function that API Gateway calls.
pub(super) fn parts_on_aws(template: &Template) -> BTreeSet<(String, String)> {
    FunctionResource::all(template)
        .flat_map(|function| {
            let parts: Vec<_> = function.routes().map(|route| part(route.path)).collect();
            parts.into_iter().map(move |part| (part, function.name.clone()))
        })
        .collect()
}

#[test]
fn every_event_of_api_gateway_reaches_the_function_whose_folder_it_lies_in() {
    let template = Template::read();
    let mut seen = 0;
    for (file, text) in files(".json").into_iter().filter(|(file, _)| file.starts_with("events/")) {
        let event: Value = serde_json::from_str(&text).expect("JSON");
        let Some(path) = event["rawPath"].as_str() else { continue };
        let method = event["requestContext"]["http"]["method"].as_str().expect("a method");
        let folder = file.split('/').nth(1).expect("a folder");
        let is_its = |function: &FunctionResource<'_>| function.name == folder;
        let function = FunctionResource::all(&template).find(is_its).expect("a function");
        if function.has_an_address() {
            assert!(event["requestContext"]["authorizer"].is_null(), "{file}");
            continue;
        }
        let route = function.routes().find(|route| route_takes(route, method, path));
        // What no route takes, API Gateway answers by itself; the function says why when it is asked on this machine.
        let Some(route) = route else {
            assert!(file.ends_with("-405.json"), "{file} reaches nothing");
            continue;
        };
        let has_token = event["requestContext"]["authorizer"].is_object();
        assert!(has_token != route.is_open || file.ends_with("-401.json"), "{file}");
        seen += 1;
    }
    assert!(seen > 60, "the events were found");
}
