//! Every event of the `events` folder, handled as Lambda would hand it over. The end of a file's
//! name tells the status, or the number of failures of a batch.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use aws_lambda_events::sqs::SqsEvent;
use axum::Router;
use carillon_tests::Service;
use lambda_http::request::from_str;
use shared::{
    aws::{Aws, AwsEnvironment},
    carrier::{Carriers, Simulator},
    clock::{Clock, SystemClock},
    queue::Queue,
    store::Table,
};
use tower::ServiceExt;

/// The functions of a running service, each with what it may use and no more.
struct Functions {
    table: Table,
    queue: Queue,
    clock: Arc<dyn Clock>,
}

impl Functions {
    fn of(service: &Service) -> Self {
        let addresses = service.running().addresses();
        let aws = Aws::new(AwsEnvironment::local(addresses.dynamodb.clone(), addresses.sqs.clone()));
        Self {
            table: Table::new(aws.clone(), "carillon".to_owned()),
            queue: Queue::new(aws, addresses.sqs.clone()),
            clock: Arc::new(SystemClock),
        }
    }

    fn router(&self, function: &str) -> Router {
        let Self { table, queue, clock } = self;
        let (table, queue, clock) = (table.clone(), queue.clone(), clock.clone());
        match function {
            "registration" => registration::router(registration::Deps { table, clock }),
            "contacts" => contacts::router(contacts::Deps { table, clock }),
            "templates" => templates::router(templates::Deps { table, clock }),
            "send" => send::router(send::Deps { table, queue, clock }),
            "sentlog" => sentlog::router(sentlog::Deps { table }),
            other => panic!("events for {other}, which is no function of API Gateway"),
        }
    }

    async fn deliver(&self, event: &str) -> usize {
        let deps = deliver::Deps {
            table: self.table.clone(),
            queue: self.queue.clone(),
            carriers: Carriers::new(Arc::new(Simulator), Arc::new(Simulator)),
            clock: self.clock.clone(),
        };
        let event: SqsEvent = serde_json::from_str(event).expect("an SQS event");
        let deadline = self.clock.now() + jiff::SignedDuration::from_secs(30);
        deliver::handle(event, deadline, &deps).await.batch_item_failures.len()
    }
}

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
            assert_eq!(functions.deliver(&event).await, expected, "{function}/{case}");
            continue;
        }
        let expected: u16 = parts[parts.len() - 1].parse().expect("a status");
        let request = from_str(&event).expect("an event of API Gateway");
        let response = functions.router(&function).oneshot(request).await.expect("an answer");
        assert_eq!(response.status().as_u16(), expected, "{function}/{case}");
    }
}
