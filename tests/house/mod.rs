//! The plan of the house: crates in layers, and modules that name only what is below them.

mod circles;
mod docs;
mod modules;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use circles::circles;
use modules::{Crate, ModulePath};

/// The layers of `shared`, from the ground up: a crate names only crates of earlier layers.
const LAYERS: [&[&str]; 5] = [
    &["domain"],
    &["roster", "telemetry", "aws"],
    &["store", "carriers", "queues"],
    &["workflows", "api"],
    &["runtime"],
];

/// What the domain may not depend on: it decides, and somebody else asks and answers.
const NOT_IN_THE_DOMAIN: [&str; 9] =
    ["tokio", "axum", "lambda_", "aws-", "futures", "hyper", "reqwest", "tower", "tracing"];

struct Package {
    name: String,
    root: PathBuf,
    dependencies: Vec<String>,
}

/// The packages of the workspace, as cargo knows them.
fn packages() -> Vec<Package> {
    let cargo = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let metadata: Value = serde_json::from_slice(&cargo.stdout).expect("metadata is JSON");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let package = |package: &Value| {
        let targets = package["targets"].as_array().expect("targets");
        let library = targets.iter().find(|target| target["kind"][0] == "lib").unwrap_or(&targets[0]);
        let dependencies = package["dependencies"].as_array().expect("dependencies");
        Package {
            name: text(&package["name"]),
            root: PathBuf::from(text(&library["src_path"])),
            dependencies: dependencies
                .iter()
                .filter(|dependency| dependency["kind"].is_null())
                .map(|dependency| text(&dependency["name"]))
                .collect(),
        }
    };
    metadata["packages"].as_array().expect("packages").iter().map(package).collect()
}

/// The floor of a crate: functions stand on all layers, the local run on the functions, tests on everything.
fn floor(package: &Package) -> usize {
    let layer = LAYERS.iter().position(|layer| layer.contains(&package.name.as_str()));
    layer.unwrap_or_else(|| match package.name.as_str() {
        "carillon-local" => LAYERS.len() + 1,
        "carillon-tests" => LAYERS.len() + 2,
        _ => LAYERS.len(),
    })
}

/// The arrows between the siblings of each folder: what is below one names what is below another.
fn between_siblings(arrows: &BTreeSet<(ModulePath, ModulePath)>) -> BTreeSet<(ModulePath, ModulePath)> {
    let sibling = |path: &ModulePath, shared: usize| path[..path.len().min(shared + 1)].to_vec();
    arrows
        .iter()
        .map(|(from, to)| {
            let shared = from.iter().zip(to).take_while(|(a, b)| a == b).count();
            (sibling(from, shared), sibling(to, shared))
        })
        .collect()
}

#[test]
fn crates_stand_in_layers_and_no_module_reaches_back() {
    let packages = packages();
    let floors: BTreeMap<&str, usize> = packages.iter().map(|p| (p.name.as_str(), floor(p))).collect();
    let mut upwards = Vec::new();
    let (mut modules, mut found) = (0, Vec::new());
    for package in &packages {
        for dependency in &package.dependencies {
            if floors.get(dependency.as_str()).is_some_and(|below| *below >= floor(package)) {
                upwards.push(format!("{} -> {dependency}", package.name));
            }
        }
        let read = Crate::read(&package.root);
        modules += read.len();
        let arrows = read.arrows();
        for circle in circles(&arrows).into_iter().chain(circles(&between_siblings(&arrows))) {
            found.push(described(&package.name, &circle, &arrows));
        }
    }
    found.sort();
    found.dedup();
    println!(
        "house: {} crates, {modules} modules, {} circles, {} arrows upwards",
        packages.len(),
        found.len(),
        upwards.len()
    );
    assert!(upwards.is_empty(), "{}", upwards.join("\n"));
    assert!(found.is_empty(), "{}", found.join("\n"));
}

fn described(
    package: &str,
    circle: &BTreeSet<ModulePath>,
    arrows: &BTreeSet<(ModulePath, ModulePath)>,
) -> String {
    let name = |path: &ModulePath| if path.is_empty() { "lib".to_owned() } else { path.join("::") };
    let holds = |member: &ModulePath, path: &ModulePath| !member.is_empty() && path.starts_with(member);
    let inside =
        |path: &ModulePath| circle.get(path).or_else(|| circle.iter().rfind(|member| holds(member, path)));
    let ties: Vec<String> = arrows
        .iter()
        .filter(|(from, to)| matches!((inside(from), inside(to)), (Some(a), Some(b)) if a != b))
        .map(|(from, to)| format!("  {} -> {}", name(from), name(to)))
        .collect();
    let members: Vec<String> = circle.iter().map(name).collect();
    format!("{package}: {}\n{}", members.join(", "), ties.join("\n"))
}

#[test]
fn the_domain_depends_on_no_runtime_sdk_or_framework() {
    let packages = packages();
    let domain = packages.iter().find(|package| package.name == "domain").expect("the domain");
    for dependency in &domain.dependencies {
        let is_out = NOT_IN_THE_DOMAIN.iter().any(|name| dependency.starts_with(name));
        assert!(!is_out, "the domain depends on {dependency}");
    }
    let functions = packages.iter().filter(|package| {
        package
            .root
            .parent()
            .and_then(Path::parent)
            .and_then(Path::parent)
            .is_some_and(|f| f.ends_with("functions"))
    });
    for function in functions {
        let sdk = function.dependencies.iter().find(|name| name.starts_with("aws-sdk"));
        assert_eq!(sdk, None, "{} names an SDK", function.name);
    }
}
