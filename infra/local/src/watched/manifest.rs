//! The environment of watched functions in the root Cargo.toml matches the local ports.

use std::collections::BTreeMap;

use crate::{
    carriers::{BRIDGE_KEY, BRIDGE_PATH, ERASURE_KEY, SECRETS_PATH},
    dynamodb,
    options::{DYNAMODB_PORT, PORT, SQS_PORT},
};

const MANIFEST: &str = include_str!("../../../../Cargo.toml");

/// The keys and values of one table of the manifest.
fn table(name: &str) -> BTreeMap<&'static str, &'static str> {
    let (_, rest) = MANIFEST.split_once(&format!("\n[{name}]\n")).expect("the table");
    let lines = rest.lines().take_while(|line| !line.starts_with('['));
    let pairs = lines.filter_map(|line| {
        let (key, value) = line.split_once(" = \"")?;
        Some((key.trim_matches('"'), value.split('"').next()?))
    });
    pairs.collect()
}

#[test]
fn the_functions_are_told_where_everything_answers() {
    let mut told = table("workspace.metadata.lambda.env");
    let (gateway, sqs) = (format!("http://127.0.0.1:{PORT}"), format!("http://127.0.0.1:{SQS_PORT}"));
    for (name, expected) in [
        ("AWS_ENDPOINT_URL_DYNAMODB", format!("http://127.0.0.1:{DYNAMODB_PORT}")),
        ("AWS_ENDPOINT_URL_SQS", sqs.clone()),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", format!("{gateway}{SECRETS_PATH}")),
        ("CARILLON_EXPORTS_URL", gateway.clone()),
        ("CARILLON_TABLE", dynamodb::TABLE.to_owned()),
        ("CARILLON_QUEUE_URL", format!("{sqs}/queue/parcels")),
        ("CARILLON_REPORTS_QUEUE_URL", format!("{sqs}/queue/reports")),
        ("CARILLON_BRIDGE_URL", format!("{gateway}{BRIDGE_PATH}")),
        ("CARILLON_BRIDGE_KEY_SECRET", BRIDGE_KEY.to_owned()),
        ("CARILLON_ERASURE_KEY_SECRET", ERASURE_KEY.to_owned()),
    ] {
        assert_eq!(told.remove(name), Some(expected.as_str()), "{name}");
    }
    let others: Vec<_> = told.into_keys().collect();
    let known = [
        "AWS_ACCESS_KEY_ID",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "CARILLON_BRIDGE_ANSWERS",
        "CARILLON_CARRIERS",
        "CARILLON_SIMULATED_WORLD",
    ];
    assert_eq!(others, known, "nothing else is told");
}
