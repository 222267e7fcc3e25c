//! Errors at start, with their remedies.

use std::fs;

use carillon_local::{StartError, start};
use carillon_tests::Service;
use tempfile::TempDir;

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let folder = TempDir::new().unwrap();
    let mut options = Service::options(folder.path(), &[]);
    options.port = port;
    let error = start(&options).await.err().unwrap();
    assert!(matches!(error, StartError::PortTaken { port: told, .. } if told == port));
    assert!(error.to_string().contains("--port 0"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_taken_port_that_watched_functions_know_is_named_with_its_option() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let folder = TempDir::new().unwrap();
    let options = ["--watch", "http://127.0.0.1:9000", "--dynamodb-port", &port, "--sqs-port", "0"];
    let error = start(&Service::options(folder.path(), &options)).await.err().unwrap().to_string();
    assert!(
        error.contains(&port) && error.contains("--dynamodb-port") && error.contains("Cargo.toml"),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_or_damaged_folder_is_told_and_fresh_mends_it() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("dynamodb.sqlite"), "this is not a database, nor will it ever be one")
        .unwrap();
    let error = start(&Service::options(folder.path(), &[])).await.err().unwrap();
    assert!(matches!(error, StartError::DataOutdated { .. }), "{error}");
    assert!(error.to_string().contains("--fresh") && error.to_string().contains("--data"), "{error}");
    fs::write(folder.path().join("format"), "4").unwrap();
    let error = start(&Service::options(folder.path(), &[])).await.err().unwrap();
    assert!(matches!(error, StartError::DataDamaged { .. }), "{error}");
    assert!(error.to_string().contains("--fresh"), "{error}");
    let mended = start(&Service::options(folder.path(), &["--fresh"])).await;
    assert!(mended.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_is_a_file_or_is_in_use_is_told() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let error = start(&Service::options(&file, &[])).await.err().unwrap();
    assert!(matches!(error, StartError::FolderUnusable { .. }), "{error}");

    let first = start(&Service::options(folder.path(), &[])).await;
    assert!(first.is_ok());
    let error = start(&Service::options(folder.path(), &[])).await.err().unwrap();
    assert!(matches!(error, StartError::FolderInUse { .. }), "{error}");
}
