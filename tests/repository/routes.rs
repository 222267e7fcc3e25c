//! The routes of a function agree everywhere: in its source, in the template, in the local run, in the
//! events.

use std::{collections::BTreeSet, fs};

use domain::registration::Decision;
use serde_json::Value;

use super::{files, root};
use crate::template::{FunctionResource, Template, folders};

/// Method and path of a route.
pub(crate) type Route = (String, String);

/// The routes of a function, parsed from its router's source: axum cannot list them.
pub(crate) fn routes_of(function: &str) -> BTreeSet<Route> {
    let text =
        fs::read_to_string(root().join(format!("functions/{function}/src/lib.rs"))).expect("a library");
    let mut routes = BTreeSet::new();
    for made in text.split(".route(").skip(1) {
        let (arguments, _) = made.split_at(end_of_arguments(made));
        match arguments.trim().strip_prefix('"').and_then(|rest| rest.split_once('"')) {
            Some((path, methods)) => {
                routes.extend(methods_in(methods).map(|method| (method, path.to_owned())));
            }
            None => routes.extend(of_decisions(arguments)),
        }
    }
    routes
}

/// The end of a call's arguments.
fn end_of_arguments(text: &str) -> usize {
    let mut open = 1;
    let end = text.char_indices().find(|(_, sign)| {
        open += match sign {
            '(' => 1,
            ')' => -1,
            _ => 0,
        };
        open == 0
    });
    end.expect("a call that ends").0
}

/// `get(…).post(…)`.
fn methods_in(text: &str) -> impl Iterator<Item = String> {
    const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
    let has = |method: &&str| {
        let before =
            |place: usize| text[..place].ends_with(|sign: char| sign.is_alphanumeric() || sign == '_');
        text.match_indices(&format!("{method}(")).any(|(place, _)| !before(place))
    };
    METHODS.into_iter().filter(has).map(str::to_uppercase)
}

/// The one route with a computed path: one for each of the operator's decisions.
fn of_decisions(arguments: &str) -> impl Iterator<Item = Route> {
    assert!(arguments.trim().starts_with("&path,"), "{arguments} is a route that this test cannot read");
    let path = |decision: Decision| format!("/v1/operator/schools/{{id}}/{}", decision.as_str());
    Decision::ALL.into_iter().map(move |decision| ("POST".to_owned(), path(decision)))
}

/// Whether a path pattern of API Gateway or a router covers another: `{proxy+}` and `{*rest}` match any rest,
/// `{id}` any one segment.
pub(crate) fn takes(pattern: &str, path: &str) -> bool {
    let (mut pattern, mut path) = (pattern.split('/'), path.split('/'));
    loop {
        match (pattern.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(_)) if part.ends_with("+}") || part.starts_with("{*") => return true,
            (Some(part), Some(given)) if part == given || part.starts_with('{') => {}
            _ => return false,
        }
    }
}

#[test]
fn every_route_of_a_function_leads_to_it_through_api_gateway_and_no_other_does() {
    let template = Template::read();
    for function in FunctionResource::all(&template) {
        let (ours, theirs) = (routes_of(&function.name), BTreeSet::from_iter(function.routes()));
        if function.has_an_address() {
            assert!(theirs.is_empty(), "{} has a function URL", function.name);
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
            // Callbacks are signed, and the API's description is public; everything else needs a token.
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

/// The first segment of a path below `/v1/`.
pub(super) fn first_part(path: &str) -> &str {
    path.strip_prefix("/v1/").and_then(|rest| rest.split('/').next()).expect("a path of the API")
}

#[test]
fn this_machine_leads_the_same_paths_to_the_same_functions() {
    let text = fs::read_to_string(root().join("infra/local/src/functions.rs")).expect("the functions");
    let (_, routes) = text.split_once("const ROUTES").expect("the routes of this machine");
    let (routes, _) = routes.split_once("];").expect("a list");
    let names = folders();
    // One line per segment: `("people", …people…)`.
    let line = |line: &str| {
        let (part, rest) = line.trim().strip_prefix("(\"")?.split_once('"')?;
        let mut words = rest.split(|sign: char| !sign.is_alphanumeric());
        let function = words.find(|word| names.iter().any(|name| name == word)).expect("a function");
        Some((part.to_owned(), function.to_owned()))
    };
    let here: BTreeSet<_> = routes.lines().filter_map(line).collect();
    assert_eq!(here, parts_on_aws(&Template::read()));
}

/// The first path segments of each function behind API Gateway.
pub(super) fn parts_on_aws(template: &Template) -> BTreeSet<(String, String)> {
    FunctionResource::all(template)
        .flat_map(|function| {
            let parts: Vec<_> = function.routes().map(|route| first_part(route.path).to_owned()).collect();
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
        // API Gateway itself answers 404 to unknown routes; locally, the function explains it.
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
