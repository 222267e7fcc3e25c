//! The template gives each function the variables that it reads, and no other.

use std::{
    collections::BTreeSet,
    fs,
    sync::{Arc, Mutex},
};

use carillon_local::HttpFunction;
use runtime::{Environment, Services};

use super::root;
use crate::template::{FunctionResource, Template, folders};

/// A variable that must never be there on AWS: simulated numbers would go to real carriers.
const OF_A_DEVELOPER: &str = "CARILLON_SIMULATED_WORLD";

/// What `CARILLON_CARRIERS` may name: each carrier has variables of its own.
const CARRIERS: [&str; 5] = ["sns", "aws-sms", "ovh", "twilio", "bridge"];

/// A value for each variable that has to be there or may be.
fn value(name: &str, carriers: &'static str) -> Option<&'static str> {
    match name {
        "CARILLON_CARRIERS" => Some(carriers),
        "CARILLON_PARTS_PER_SECOND" => Some("100"),
        "CARILLON_AWS_SMS_EVENTS" => Some("topic"),
        "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x"),
        OF_A_DEVELOPER => None,
        name => name.starts_with("CARILLON_").then_some("x"),
    }
}

/// An environment with these carriers, which tells what is looked up.
pub(super) fn with_carriers(
    carriers: &'static str,
    note: impl Fn(&'static str) + Send + Sync + 'static,
) -> Environment {
    let look_up = move |name| {
        note(name);
        value(name, carriers).map(str::to_owned)
    };
    Environment::of(look_up).expect("the clients of AWS")
}

/// Makes what a function is made of, as its `main` does.
pub(super) fn make<S: Services>(function: &str, services: &S) -> Result<(), S::Error> {
    match function {
        "deliver" => deliver::Deps::new(services).map(drop),
        "receipts" => receipts::Deps::new(services).map(drop),
        "deadletters" => deadletters::Deps::new(services).map(drop),
        "schedule" => schedule::Deps::new(services).map(drop),
        name => {
            let function = HttpFunction::named(name).expect("a function that answers HTTP");
            (function.router)(services).map(drop)
        }
    }
}

/// The variables of ours that a function reads, whatever carriers there are.
fn read_by(function: &str) -> BTreeSet<&'static str> {
    CARRIERS.into_iter().flat_map(|carriers| read_with(function, carriers)).collect()
}

fn read_with(function: &str, carriers: &'static str) -> BTreeSet<&'static str> {
    let read = Arc::new(Mutex::new(BTreeSet::new()));
    let noted = read.clone();
    let environment = with_carriers(carriers, move |name| {
        noted.lock().expect("nobody panics").insert(name);
    });
    make(function, &environment).expect("all that it needs is set");
    let mut read = read.lock().expect("nobody panics").clone();
    read.retain(|name| name.starts_with("CARILLON_"));
    read
}

#[test]
fn each_function_gets_the_variables_that_it_reads_and_no_other() {
    let template = Template::read();
    for function in FunctionResource::all(&template) {
        let mut read = read_by(&function.name);
        read.remove(OF_A_DEVELOPER);
        let given: BTreeSet<&str> = function.environment().into_keys().collect();
        assert_eq!(read, given, "{}", function.name);
        println!("environment: {}: {}", function.name, Vec::from_iter(given).join(" "));
    }
}

#[test]
fn cargo_lambda_watch_sets_no_variable_that_nobody_reads() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    let section = manifest.split("[workspace.metadata.lambda.env]\n").nth(1).expect("an environment");
    let lines = section.lines().take_while(|line| !line.starts_with('['));
    let read: BTreeSet<&str> = folders().iter().flat_map(|function| read_by(function)).collect();
    let set: Vec<&str> = lines.filter_map(|line| line.split_once(" = ")).map(|(name, _)| name).collect();
    for name in set.iter().filter(|name| name.starts_with("CARILLON_")) {
        assert!(read.contains(*name), "{name}");
    }
    assert!(set.contains(&"CARILLON_TABLE"), "they were found");
}

#[test]
fn a_function_reads_the_variables_of_the_carriers_that_are_named_only() {
    let of = |function, carriers| Vec::from_iter(read_with(function, carriers));
    assert_eq!(of("templates", "sns"), ["CARILLON_TABLE"]);
    let of_deadletters = of("deadletters", "ovh");
    assert_eq!(of_deadletters, ["CARILLON_TABLE"]);
    let delivers_by_sns = of("deliver", "sns");
    assert!(delivers_by_sns.contains(&"CARILLON_SENDER"), "{delivers_by_sns:?}");
    assert!(!delivers_by_sns.iter().any(|name| name.contains("TWILIO")), "{delivers_by_sns:?}");
}
