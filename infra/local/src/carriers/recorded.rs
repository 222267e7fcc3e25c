//! Stand-ins for tests: with a held clock and recorded callbacks.

use std::{
    collections::{BTreeMap, VecDeque},
    sync::{Arc, Mutex},
};

use aws_smithy_runtime_api::{
    client::{
        http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector},
        orchestrator::HttpRequest,
    },
    http::{Response, StatusCode},
};
use aws_smithy_types::body::SdkBody;
use axum::{Router, body::Body, http::Request};
use carriers::{Carrier, Sms};
use domain::{
    clock::{Clock, HeldClock},
    delivery::Outcome,
    id::{ParcelId, ParcelNumber, SendId},
    phone::PhoneNumber,
    territory::Territory,
};
use http_body_util::BodyExt;
use serde_json::Value;
use tokio::{sync::mpsc, time::Instant};
use tower::ServiceExt;

use super::{Credentials, FakeCarrier, ReceiptPace, form, router};
use crate::phones::Inbox;

/// A callback to our API.
#[derive(Clone, Debug)]
pub struct Callback {
    pub method: String,
    pub url: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// Seconds since the start.
    pub after_s: u64,
}

impl Callback {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn form(&self) -> BTreeMap<String, String> {
        form::read(self.body.as_bytes()).unwrap()
    }
}

/// Records callbacks, and answers them with the configured statuses, else 204.
#[derive(Clone, Debug)]
struct Keeper {
    kept: Arc<Mutex<Vec<Callback>>>,
    statuses: Arc<Mutex<VecDeque<u16>>>,
    start: Instant,
}

impl HttpConnector for Keeper {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let headers = request.headers().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.kept.lock().unwrap().push(Callback {
            method: request.method().to_owned(),
            url: request.uri().to_owned(),
            headers: headers.collect(),
            body: String::from_utf8(request.body().bytes().unwrap().to_vec()).unwrap(),
            after_s: self.start.elapsed().as_secs(),
        });
        let status = self.statuses.lock().unwrap().pop_front().unwrap_or(204);
        HttpConnectorFuture::ready(Ok(Response::new(StatusCode::try_from(status).unwrap(), SdkBody::empty())))
    }
}

/// Routes an adapter's requests to the stand-ins.
#[derive(Clone, Debug)]
struct IntoRouter(Router);

impl HttpConnector for IntoRouter {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let router = self.0.clone();
        HttpConnectorFuture::new(async move {
            let (mut parts, body) = request.try_into_http1x().unwrap().into_parts();
            // Like the HTTP client.
            let host = parts.uri.authority().unwrap().as_str().parse().unwrap();
            parts.headers.entry("host").or_insert(host);
            let body = Body::from(body.bytes().unwrap().to_vec());
            let response = router.oneshot(Request::from_parts(parts, body)).await.unwrap();
            let (parts, body) = response.into_parts();
            let body = SdkBody::from(body.collect().await.unwrap().to_bytes().to_vec());
            Ok(Response::try_from(axum::http::Response::from_parts(parts, body)).unwrap())
        })
    }
}

/// The stand-ins with their records.
pub struct Recorded {
    pub credentials: Credentials,
    pub inbox: Arc<Inbox>,
    pub clock: Arc<HeldClock>,
    router: Router,
    keeper: Keeper,
    events: mpsc::UnboundedReceiver<String>,
    _folder: tempfile::TempDir,
}

/// A stand-in's response.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap()
    }
}

impl Recorded {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let inbox = Arc::new(Inbox::open(&folder.path().join("phones.jsonl")).unwrap());
        let clock = Arc::new(HeldClock::at("2026-11-24T08:00:00Z".parse().unwrap()));
        let credentials = Credentials::of_this_machine(b"a folder's secret");
        let keeper = Keeper { kept: Arc::default(), statuses: Arc::default(), start: Instant::now() };
        let (aws_events, events) = mpsc::unbounded_channel();
        let router = router(FakeCarrier {
            inbox: inbox.clone(),
            clock: clock.clone() as Arc<dyn Clock>,
            credentials: credentials.clone(),
            outgoing: SharedHttpConnector::new(keeper.clone()),
            callbacks: "http://127.0.0.1:8080".to_owned(),
            aws_events,
            pace: ReceiptPace::default(),
        });
        Self { credentials, inbox, clock, router, keeper, events, _folder: folder }
    }

    /// The HTTP client of an adapter, connected to the stand-ins.
    pub fn connector(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(IntoRouter(self.router.clone()))
    }

    /// An adapter's outcome for a text to a number.
    pub async fn outcome(&self, carrier: &dyn Carrier, number: &str) -> Outcome {
        self.handed_over(carrier, number, "Déjà 8 h ?").await
    }

    /// The same for any text.
    pub async fn handed_over(&self, carrier: &dyn Carrier, number: &str, text: &str) -> Outcome {
        let to = PhoneNumber::parse(number, Territory::Metropole).unwrap();
        let parcel = ParcelId {
            school: "sch_01J0000000000000000000000A".parse().unwrap(),
            send: SendId::generate(self.clock.now()),
            number: ParcelNumber(0),
        };
        let sms = Sms { id: parcel.message(0), to, text, earlier_attempts: 0, valid_for_s: 3600 };
        carrier.send(&sms).await.outcome
    }

    /// The statuses of the next responses to callbacks.
    pub fn answer_callbacks_with(&self, statuses: &[u16]) {
        self.keeper.statuses.lock().unwrap().extend(statuses);
    }

    pub async fn call(&self, method: &str, uri: &str, headers: &[(&str, String)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        Answer { status, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// A phone's reply to its last text.
    pub async fn reply(&self, number: &str, text: &str) -> u16 {
        let body = serde_json::json!({ "text": text }).to_string();
        self.call("POST", &format!("/local/phones/{number}/reply"), &[], &body).await.status
    }

    pub fn texts(&self, number: &str) -> Vec<String> {
        self.inbox.of(number).into_iter().map(|sms| sms.text).collect()
    }

    /// The callbacks of the first minute.
    pub async fn callbacks(&self) -> Vec<Callback> {
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        self.keeper.kept.lock().unwrap().clone()
    }

    /// The AWS events of the first minute: the messages in their envelopes.
    pub async fn events(&mut self) -> Vec<Value> {
        tokio::time::sleep(std::time::Duration::from_secs(60)).await;
        std::iter::from_fn(|| self.events.try_recv().ok())
            .map(|body| {
                let envelope: Value = serde_json::from_str(&body).unwrap();
                assert_eq!(envelope["Type"], "Notification");
                serde_json::from_str(envelope["Message"].as_str().unwrap()).unwrap()
            })
            .collect()
    }
}

#[tokio::test]
async fn a_phone_that_received_nothing_cannot_answer() {
    let fake_carrier = Recorded::new();
    assert_eq!(fake_carrier.reply("0639981234", "STOP").await, 404);
    assert_eq!(fake_carrier.reply("nobody", "STOP").await, 404);
    let other_field = r#"{"message":"STOP"}"#;
    assert_eq!(
        fake_carrier.call("POST", "/local/phones/0639981234/reply", &[], other_field).await.status,
        422
    );
}
