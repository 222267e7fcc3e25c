//! All events of the `events` folder, delivered like Lambda delivers them. A file name ends with the expected
//! status, or with the expected number of batch failures.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use api::{ProblemKind, Role};
use aws_lambda_events::sqs::SqsEvent;
use axum::{
    body::to_bytes,
    http::{HeaderMap, HeaderValue},
};
use carillon_tests::{Functions, Service, application};
use carriers::Simulator;
use domain::{clock::Clock, delivery::CarrierName};
use lambda_http::request::from_str;
use runtime::SystemClock;
use schedule::ScheduleEvent;
use serde_json::Value;
use tower::ServiceExt;

/// An event: its function, its case, its file.
struct Event {
    function: String,
    case: String,
    content: String,
}

/// All events, in order.
fn events() -> Vec<Event> {
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
                let content = fs::read_to_string(&file).expect("a text");
                events.push(Event { function: name(&folder), case: name(&file), content });
            }
        }
    }
    events.sort_by_key(|event| (event.function.clone(), event.case.clone()));
    events
}

/// The functions without routes for front ends.
const FED_OTHERWISE: [&str; 4] = ["deliver", "deadletters", "receipts", "schedule"];

impl Event {
    /// The failures of a function behind a queue or the schedule.
    async fn failures(&self, functions: &Functions) -> Option<usize> {
        let batch = || serde_json::from_str::<SqsEvent>(&self.content).expect("an SQS event");
        Some(match self.function.as_str() {
            "deliver" => functions.deliver(batch(), Arc::new(Simulator)).await.len(),
            "deadletters" => functions.record_dead_letters(batch()).await.len(),
            "receipts" => functions.note(batch()).await.len(),
            "schedule" => {
                let event: ScheduleEvent = serde_json::from_str(&self.content).expect("a round");
                usize::try_from(functions.round(event.round).await.failed).expect("few failures")
            }
            _ => return None,
        })
    }

    /// The number at the end of the name, before `unit` if any.
    fn expected<N: std::str::FromStr>(&self, places_from_end: usize) -> N {
        let part = self.case.rsplit('-').nth(places_from_end);
        part.and_then(|number| number.parse().ok()).expect("a number in the name")
    }

    /// The response, in the event's own language or in another.
    async fn answer(&self, functions: &Functions, language: Option<&'static str>) -> (u16, HeaderMap, Value) {
        let mut request = from_str(&self.content).expect("an event of API Gateway");
        if let Some(language) = language {
            request.headers_mut().insert("accept-language", HeaderValue::from_static(language));
        }
        let response = functions.router(&self.function).oneshot(request).await.expect("an answer");
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a whole body");
        (status, headers, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }
}

/// A school that has applied and is not confirmed.
const APPLICANT: &str = "sch_01DEM0DEM0DEM0DEM0DEM0DEM1";

/// The demonstration school, and what the operator decides on: an application, and a halted carrier that carries
/// nothing here.
async fn demo() -> (Service, Functions) {
    let service = Service::start().await;
    carillon_local::demo::prepare(service.running()).await.expect("the demonstration school");
    let applicant = service.member(Role::Admin, APPLICANT.parse().expect("an identifier"));
    applicant.post("/v1/registrations", &application()).await.expect(201);
    let functions = Functions::of(&service);
    let halted = functions.table().halt_carrier(CarrierName::Twilio, SystemClock.now()).await;
    assert!(halted.expect("the table answers"), "a carrier is halted");
    (service, functions)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_event_is_answered_as_its_name_says() {
    let (_service, functions) = demo().await;
    let events = events();
    assert!(events.len() > 60, "the events were found");
    for event in events {
        let name = format!("{}/{}", event.function, event.case);
        if let Some(failures) = event.failures(&functions).await {
            assert_eq!(failures, event.expected::<usize>(1), "{name}");
        } else {
            let (status, _, body) = event.answer(&functions, None).await;
            assert_eq!(status, event.expected::<u16>(0), "{name}: {body:#}");
        }
    }
}

/// Problems that a single event cannot produce, with the tests that produce them.
const SHOWN_ELSEWHERE: [(ProblemKind, &str); 8] = [
    (ProblemKind::LinkExpired, "an hour that has passed: log/exports"),
    (ProblemKind::DuplicatesPossible, "a message that is unknown: journeys/resend"),
    (ProblemKind::StillRunning, "two requests at once: journeys/idempotency"),
    (ProblemKind::ImportRunning, "two imports at once: journeys/import"),
    (ProblemKind::TooLarge, "a body of more than 4.4 MB: journeys/refusals"),
    (ProblemKind::OverBudget, "a month that is spent: journeys/budget"),
    (ProblemKind::Internal, "a bug of ours"),
    (ProblemKind::Unavailable, "a table that does not answer"),
];

/// A refusal has a title and a detail in both languages, and a reason for each refused field.
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_bad_input_is_explained_in_both_languages() {
    let (_service, functions) = demo().await;
    let mut shown = BTreeSet::new();
    let (refusals, others): (Vec<_>, Vec<_>) = events()
        .into_iter()
        .filter(|event| !FED_OTHERWISE.contains(&event.function.as_str()))
        .partition(|event| event.expected::<u16>(0) >= 400);
    // Some refusals depend on an accepted event.
    for event in others {
        event.answer(&functions, None).await;
    }
    for event in refusals {
        let name = format!("{}/{}", event.function, event.case);
        let mut answers = Vec::new();
        for language in ["fr", "en"] {
            let (status, headers, body) = event.answer(&functions, Some(language)).await;
            assert_eq!(status, event.expected::<u16>(0), "{name}");
            assert_eq!(headers["content-type"], "application/problem+json", "{name}");
            assert_eq!(headers["content-language"], language, "{name}");
            assert_eq!(body["status"], status, "{name}");
            answers.push(body);
        }
        let [french, english] = &answers[..] else { panic!("two languages") };
        assert_eq!(french["type"], english["type"], "{name}");
        differ(french, english, &["title", "detail"], &name);
        let errors = |body: &Value| body["errors"].as_array().cloned().unwrap_or_default();
        for (french, english) in errors(french).iter().zip(&errors(english)) {
            assert_eq!(french["code"], english["code"], "{name}");
            assert!(french["pointer"].is_string(), "{name}");
            differ(french, english, &["detail"], &name);
        }
        let slug = french["type"].as_str().and_then(|kind| kind.rsplit('/').next());
        shown.insert(slug.expect("a type").to_owned());
    }
    let elsewhere = SHOWN_ELSEWHERE.map(|(kind, _)| kind.slug());
    for kind in ProblemKind::ALL {
        let is_shown = shown.contains(kind.slug());
        assert_ne!(is_shown, elsewhere.contains(&kind.slug()), "{}: one event, or one reason", kind.slug());
    }
}

fn differ(french: &Value, english: &Value, fields: &[&str], name: &str) {
    for field in fields {
        let said = |body: &Value| body[field].as_str().unwrap_or_default().to_owned();
        assert!(!said(french).is_empty() && !said(english).is_empty(), "{name}: {field}");
        assert_ne!(said(french), said(english), "{name}: {field}");
    }
}
