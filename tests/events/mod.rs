//! Every event of the `events` folder, handled as Lambda would hand it over. The end of a file's
//! name tells the status, or the number of failures of a batch.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lambda_events::sqs::SqsEvent;
use carillon_tests::{Functions, Service};
use lambda_http::request::from_str;
use shared::carrier::Simulator;
use tower::ServiceExt;

/// Function, case and content of every event, in order.
fn events() -> Vec<(String, String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../events");
    let mut events = Vec::new();
    for folder in fs::read_dir(root).expect("the events folder") {
        let folder = folder.expect("a folder").path();
        for file in fs::read_dir(&folder).expect("a folder of events") {
            let file = file.expect("a file").path();
            if file.extension().is_some_and(|ending| ending == "json") {
                let name = |path: &Path| {
                    path.file_stem().and_then(|stem| stem.to_str()).expect("a printable name").to_owned()
                };
                events.push((name(&folder), name(&file), fs::read_to_string(&file).expect("a text")));
            }
        }
    }
    events.sort();
    events
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_answered_as_its_name_says() {
    let service = Service::start().await;
    carillon_local::demo::prepare(service.running()).await.expect("the demonstration school");
    let functions = Functions::of(&service);
    let events = events();
    assert!(events.len() > 30, "the events were found");
    for (function, case, event) in events {
        let parts: Vec<&str> = case.split('-').collect();
        if function == "deliver" {
            let expected: usize = parts[parts.len() - 2].parse().expect("a number of failures");
            let event: SqsEvent = serde_json::from_str(&event).expect("an SQS event");
            let failed = functions.deliver(event, Arc::new(Simulator)).await;
            assert_eq!(failed.len(), expected, "{function}/{case}");
            continue;
        }
        let expected: u16 = parts[parts.len() - 1].parse().expect("a status");
        let request = from_str(&event).expect("an event of API Gateway");
        let response = functions.router(&function).oneshot(request).await.expect("an answer");
        assert_eq!(response.status().as_u16(), expected, "{function}/{case}");
    }
}
