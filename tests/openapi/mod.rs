//! The API's documentation is that of the code, says what the routers do, and all its examples are true.

mod bounds;
mod examples;
mod requests;
mod routes;
mod served;
mod tenancy;
mod values;
mod words;

use std::{fs, path::PathBuf};

use api::documentation::assembled;
use carillon_local::documents;
use serde_json::Value;

/// The document as the code tells it.
fn of_the_code() -> Value {
    assembled(documents().iter().map(|(_, document)| document.clone()))
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../infra/openapi.json")
}

/// With `UPDATE_OPENAPI=1` the file is written.
#[test]
fn the_committed_document_is_that_of_the_code() {
    let ours = format!("{:#}\n", of_the_code());
    #[expect(
        clippy::disallowed_methods,
        reason = "a wish of whoever runs the test, no setting of the service"
    )]
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        fs::write(file(), &ours).expect("a file to write");
    }
    let committed = fs::read_to_string(file()).unwrap_or_default();
    let differs = ours.lines().zip(committed.lines()).position(|(ours, committed)| ours != committed);
    assert!(
        ours == committed,
        "infra/openapi.json differs from line {}: run UPDATE_OPENAPI=1 cargo test -p carillon-tests openapi",
        differs.unwrap_or_default() + 1,
    );
}

/// Every operation, with its method and path.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (String, &String, &Value)> {
    let paths = document["paths"].as_object().expect("paths");
    paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().expect("methods");
        methods.iter().map(move |(method, operation)| (method.to_uppercase(), path, operation))
    })
}
