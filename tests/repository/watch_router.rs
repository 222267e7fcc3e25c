//! `cargo lambda watch` routes paths to functions like API Gateway.

use std::{collections::BTreeSet, fs};

use carillon_local::takes;

use super::{
    root,
    routes::{part, parts_on_aws, routes_of},
};
use crate::template::{FunctionResource, Template, folders};

/// The paths of the watch router, with their functions.
fn router() -> Vec<(String, String)> {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let section =
        manifest.split("[workspace.metadata.lambda.watch.router]\n").nth(1).expect("a watch router");
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let entries =
        lines.filter_map(|line| line.split_once('#').map_or(line, |(entry, _)| entry).split_once(" = "));
    let text = |quoted: &str| quoted.trim().trim_matches('"').to_owned();
    entries.map(|(path, function)| (text(path), text(function))).collect()
}

#[test]
fn every_route_of_a_function_reaches_it_through_cargo_lambda_watch() {
    let router = router();
    for function in folders() {
        for (method, path) in routes_of(&function) {
            let takers = router.iter().filter(|(pattern, _)| takes(pattern, &path));
            let names: Vec<&str> = takers.map(|(_, function)| function.as_str()).collect();
            assert_eq!(names, [function.as_str()], "{method} {path}");
        }
    }
    let parts: BTreeSet<_> = router.into_iter().map(|(path, name)| (part(&path), name)).collect();
    let template = Template::read();
    let streaming = FunctionResource::all(&template).filter(FunctionResource::has_an_address);
    let of_its_own = streaming.flat_map(|function| {
        let parts = routes_of(&function.name).into_iter().map(|(_, path)| part(&path));
        parts.map(|part| (part, function.name.clone())).collect::<Vec<_>>()
    });
    assert_eq!(parts, parts_on_aws(&template).into_iter().chain(of_its_own).collect());
}
