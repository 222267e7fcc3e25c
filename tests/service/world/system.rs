//! A world: the service, its school or schools, its far end, and the time.

use std::{sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use carillon_local::{
    meter::Meter,
    queue::{self, Batching, Consumer, Journal, LocalQueue, MAX_RECEIVES, Mapping, Messages, Unruly},
};
use jiff::Timestamp;
use schedule::{Report, Round, ScheduleEvent};
use serde_json::{Value, json};
use shared::{
    aws::{Aws, AwsEnvironment, Secret},
    carrier::{Bridge, CarrierName, Carriers, sign},
    clock::Clock,
    delivery::PartsPerSecond,
    http::request_context,
    id::SchoolId,
    queue::{Queue, ReportQueue},
    store::Table,
    telemetry::Metrics,
};
use tokio::{sync::watch, task::JoinSet};
use tower::ServiceExt;

use super::{
    VirtualClock,
    emulator::Emulator,
    far_end::{FarEnd, Script},
    fault::Faults,
    figures::Figures,
    seam::{CARRIER, DYNAMODB, OTHER_CARRIER, SQS, Seam},
};
use crate::application;

/// How a world is.
pub struct Setting {
    /// When it begins.
    pub begins: Timestamp,
    /// Which calls go wrong.
    pub faults: Faults,
    /// What the carrier does.
    pub script: Script,
    /// What a second carrier does, to which messages go when the first one fails; none where there is none.
    pub second_script: Option<Script>,
    /// How long the carrier takes to answer.
    pub latency: Duration,
    /// What the carrier takes in a second.
    pub pace: Option<PartsPerSecond>,
    /// Whether the carrier can be asked what became of a message.
    pub can_be_asked: bool,
    /// How long the carrier takes to tell what became of a message.
    pub tells_after: Duration,
    /// Makes the queue deliver twice, late and out of order.
    pub unruly: Option<Unruly>,
    /// Runs of `deliver` at once.
    pub workers: usize,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            begins: "2026-11-24T09:00:00Z".parse().expect("an instant"),
            faults: Faults::default(),
            script: Box::new(|_, _| super::Behaviour::Accept),
            second_script: None,
            latency: Duration::from_millis(100),
            pace: None,
            can_be_asked: false,
            tells_after: Duration::ZERO,
            unruly: None,
            workers: 4,
        }
    }
}

/// A running world. It must be made in a runtime of one thread whose clock is paused.
pub struct World {
    /// The time.
    pub clock: VirtualClock,
    /// The carrier.
    pub far_end: Arc<FarEnd>,
    /// The second carrier.
    pub other_far_end: Arc<FarEnd>,
    /// What goes wrong.
    pub faults: Arc<Faults>,
    /// The table, reached without faults.
    pub table: Table,
    /// Counts queue requests and invocations.
    pub meter: Arc<Meter>,
    /// What the functions told of texts.
    pub figures: Figures,
    emulator: Arc<Emulator>,
    messages: Arc<Messages>,
    reports: Arc<Messages>,
    dead: Arc<Messages>,
    faulty: Parts,
    sound: Parts,
    mappings: Vec<(Mapping, usize)>,
    running: Option<(watch::Sender<bool>, JoinSet<()>)>,
}

/// What functions are made of: with faults, or without.
#[derive(Clone)]
struct Parts {
    table: Table,
    queue: Queue,
    reports: ReportQueue,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
}

/// What a bridge of this world signs with.
pub const BRIDGE_KEY: &[u8] = b"the key of a bridge in a world";
/// How receipts are put together, as on AWS.
const REPORTS_AT_ONCE: Batching = Batching { size: 1000, window: Duration::from_secs(10) };

impl World {
    /// A world at its beginning: an empty table, and workers that wait.
    pub async fn new(setting: Setting) -> Self {
        let clock = VirtualClock::at(setting.begins);
        let shared_clock: Arc<dyn Clock> = Arc::new(clock);
        let figures = Figures::default();
        let (meter, emulator) = (Arc::new(Meter::default()), Arc::new(Emulator::new()));
        let messages = Arc::new(Messages::new(Some(MAX_RECEIVES), setting.unruly));
        let dead = Arc::new(Messages::new(None, None));
        let reports = Arc::new(Messages::new(Some(MAX_RECEIVES), None));
        let local =
            |messages: &Arc<Messages>| LocalQueue { messages: messages.clone(), journal: Journal::none() };
        let api = queue::router(queue::Api {
            parcels: local(&messages),
            reports: local(&reports),
            meter: meter.clone(),
            clock: shared_clock.clone(),
        });
        let far_end =
            Arc::new(FarEnd::new(shared_clock.clone(), setting.latency, setting.tells_after, setting.script));
        let second = setting.second_script.is_some();
        let second_script = setting.second_script.unwrap_or_else(|| Box::new(|_, _| super::Behaviour::Halt));
        let other_far_end =
            Arc::new(FarEnd::new(shared_clock.clone(), setting.latency, setting.tells_after, second_script));
        let faults = Arc::new(setting.faults);
        let seam = |faults: Arc<Faults>| {
            Seam::new(emulator.clone(), api.clone(), far_end.clone(), other_far_end.clone(), faults)
        };
        let (with_faults, without) = (seam(faults.clone()), seam(Arc::new(Faults::default())));
        let parts = |seam: &Seam| {
            let environment = AwsEnvironment::local(DYNAMODB.to_owned(), SQS.to_owned());
            let aws = Aws::through(environment, seam.client());
            Parts {
                table: Table::new(aws.clone(), "carillon".to_owned()),
                queue: Queue::new(aws.clone(), format!("{SQS}/queue")).paced(setting.pace),
                reports: ReportQueue::new(aws, format!("{SQS}/reports")),
                metrics: figures.metrics(),
                clock: shared_clock.clone(),
            }
        };
        let (faulty, sound) = (parts(&with_faults), parts(&without));
        create_table(&emulator);
        let connector = SharedHttpConnector::new(with_faults);
        let carrier = |address: &str| {
            let key = Secret::known(&BASE64_STANDARD.encode(BRIDGE_KEY));
            let bridge = Bridge::through(connector.clone(), address.to_owned(), key, shared_clock.clone());
            Arc::new(if setting.can_be_asked { bridge.that_can_be_asked() } else { bridge })
        };
        // The second carrier speaks the bridge's contract too: it is the choice that matters here.
        let routes = if second { "bridge,twilio" } else { "bridge" };
        let carriers = Carriers::new(routes.parse().expect("routes"))
            .of_a_simulated_world()
            .with(CarrierName::Bridge, carrier(CARRIER))
            .with(CarrierName::Twilio, carrier(OTHER_CARRIER))
            .paced(CarrierName::Bridge, setting.pace);
        let Parts { table, queue, reports: report_queue, metrics, clock: _ } = faulty.clone();
        let deliver = deliver::Deps {
            table: table.clone(),
            queue,
            carriers,
            metrics: metrics.clone(),
            clock: shared_clock.clone(),
        };
        let receipts = receipts::Deps {
            table: table.clone(),
            reports: report_queue,
            ovh: None,
            metrics: metrics.clone(),
            clock: shared_clock.clone(),
        };
        let deliveries = Mapping {
            messages: messages.clone(),
            dead: dead.clone(),
            journal: Journal::none(),
            consumer: Consumer::Deliver(deliver),
            batching: Batching::NONE,
            meter: meter.clone(),
        };
        let notings = Mapping {
            messages: reports.clone(),
            consumer: Consumer::Receipts(receipts),
            batching: REPORTS_AT_ONCE,
            ..deliveries.clone()
        };
        let buried = deadletters::Deps { table, metrics, clock: shared_clock };
        let burials =
            Mapping { messages: dead.clone(), consumer: Consumer::DeadLetters(buried), ..deliveries.clone() };
        Self {
            clock,
            far_end,
            other_far_end,
            faults,
            table: sound.table.clone(),
            meter,
            figures,
            emulator,
            messages,
            reports,
            dead,
            faulty,
            sound,
            mappings: vec![(deliveries, setting.workers), (burials, 1), (notings, 1)],
            running: None,
        }
    }

    /// Lets workers run.
    pub fn start_workers(&mut self) {
        let (stop, stopped) = watch::channel(false);
        let mut pollers = JoinSet::new();
        for (mapping, workers) in &self.mappings {
            let mut started = mapping.clone().start(*workers, stopped.clone());
            pollers.spawn(async move { while started.join_next().await.is_some() {} });
        }
        self.running = Some((stop, pollers));
    }

    /// A school that may send, with some teachers whose numbers are real ones.
    pub async fn school(&self, teachers: impl Iterator<Item = String>) -> SchoolId {
        let school = SchoolId::generate(self.clock.now());
        self.sound_call(school, "admin", "POST", "/v1/registrations", application()).await;
        let confirm = format!("/v1/operator/schools/{school}/confirm");
        self.sound_call(school, "operator", "POST", &confirm, json!({})).await;
        self.sound_call(school, "admin", "POST", "/v1/licence/refresh", json!({})).await;
        let mut people = Vec::new();
        let mut id = shared::id::PersonId::generate(self.clock.now());
        for phone in teachers {
            let name = |text: &str| shared::line::Line::parse(text).expect("a name");
            let audience = shared::directory::Audience::Teachers;
            let mut details = shared::directory::PersonDetails::named(audience, name("Anne"), name("Roy"));
            details.phone = Some(
                shared::phone::PhoneNumber::parse(&phone, shared::school::Territory::Metropole)
                    .expect("a number"),
            );
            people.push(shared::directory::Person { id, details, version: 1 });
            id = id.following();
        }
        self.table.create_people(school, people).await.expect("the table answers");
        school
    }

    /// A school with the people of a file, as school software exports it.
    pub async fn school_of(&self, csv: String) -> SchoolId {
        let school = self.school(std::iter::empty()).await;
        let request =
            Request::post("/v1/people/import").header("content-type", "text/csv").body(Body::from(csv));
        let router = self.router(&self.sound, "/v1/people");
        let (status, report) = answered(router, school, "admin", request.expect("a request")).await;
        assert_eq!((status, &report["refused"]), (200, &json!(0)), "{report:#}");
        school
    }

    /// A request as a front end makes it, through functions whose calls may fail. A killed process is a
    /// gateway that answers 502.
    pub async fn call(
        &self,
        school: SchoolId,
        role: &str,
        method: &str,
        path: &str,
        key: Option<&str>,
        body: Value,
    ) -> (u16, Value) {
        call(self.router(&self.faulty, path), school, role, method, path, key, body).await
    }

    /// The same through functions whose calls all succeed.
    pub async fn sound_call(
        &self,
        school: SchoolId,
        role: &str,
        method: &str,
        path: &str,
        body: Value,
    ) -> Value {
        let (status, body) =
            call(self.router(&self.sound, path), school, role, method, path, None, body).await;
        assert!(status < 300, "{path}: {status} {body:#}");
        body
    }

    fn router(&self, parts: &Parts, path: &str) -> Router {
        let Parts { table, queue, reports, metrics, clock } = parts.clone();
        match path.split(['/', '?']).nth(2).unwrap_or_default() {
            "sends" | "budget" | "test-sms" => send::router(send::Deps { table, queue, metrics, clock }),
            "messages" => sentlog::router(sentlog::Deps { table, clock }),
            "people" | "opt-outs" => contacts::router(contacts::Deps { table, clock }),
            "receipts" => {
                let bridge = Some(Secret::known(&BASE64_STANDARD.encode(BRIDGE_KEY)));
                let proofs = callbacks::Proofs { bridge, ..callbacks::Proofs::default() };
                callbacks::router(callbacks::Deps { reports, proofs, clock })
            }
            _ => registration::router(registration::Deps { table, clock }),
        }
    }

    /// What the carrier tells, signed as it signs. Returns the status.
    pub async fn tell(&self, id: &str, event: &Value) -> u16 {
        self.tell_as(BRIDGE_KEY, self.clock.now(), id, event).await
    }

    /// The same, signed with any key at any time.
    pub async fn tell_as(&self, key: &[u8], at: Timestamp, id: &str, event: &Value) -> u16 {
        let (body, timestamp) = (event.to_string(), at.as_second().to_string());
        let request = Request::post("/v1/receipts/bridge")
            .header("webhook-id", id)
            .header("webhook-timestamp", &timestamp)
            .header("webhook-signature", sign(key, id, &timestamp, body.as_bytes()))
            .body(Body::from(body))
            .expect("a request");
        let router = self.router(&self.faulty, "/v1/receipts/bridge");
        let told = tokio::spawn(async move {
            let Ok(answer) = router.oneshot(request).await;
            answer.status().as_u16()
        });
        told.await.unwrap_or(502)
    }

    /// A round of the schedule, whose calls may fail. None when the process was killed.
    pub async fn round(&self, round: Round) -> Option<Report> {
        let Parts { table, queue, metrics, clock, .. } = self.faulty.clone();
        let deps = schedule::Deps { table, queue, metrics, clock };
        tokio::spawn(async move { schedule::handle(ScheduleEvent { round }, &deps).await }).await.ok()
    }

    /// Sends as a front end does: the same key until there is an answer. Returns the answer.
    pub async fn send_until_answered(&self, school: SchoolId, path: &str, key: &str, body: &Value) -> Value {
        for _ in 0..40 {
            let (status, answer) = self.call(school, "admin", "POST", path, Some(key), body.clone()).await;
            match status {
                201 => return answer,
                // 503: the table; 409: the attempt before may be running; 502: the process died.
                409 | 500.. => tokio::time::sleep(Duration::from_secs(5)).await,
                _ => panic!("{status} {answer:#}"),
            }
        }
        panic!("no answer in 200 seconds");
    }

    /// Lets the world run until its sends are over: a round of the schedule every minute at first, then
    /// every hour, as if EventBridge were slow, and at the end as many rounds as there may be faults.
    pub async fn run_to_the_end(&self) {
        for pause_s in [60; 6].into_iter().chain([3600; 25]).chain([60; 15]) {
            tokio::time::sleep(Duration::from_secs(pause_s)).await;
            self.round(Round::Minute).await;
        }
        // The last question about what is in doubt comes twenty minutes after the end of a send.
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }

    /// Read units, write units, queue requests and invocations so far.
    pub fn units(&self) -> [f64; 4] {
        let (reads, writes) = self.emulator.units();
        let counted = self.meter.read();
        [reads, writes, counted.queue_requests as f64, counted.invocations as f64]
    }

    /// Messages that wait in the queue or are in flight, and dead letters that wait.
    pub fn queued(&self) -> (usize, usize) {
        (self.messages.len(), self.dead.len())
    }

    /// Puts anything into the queue of reports, as a topic does.
    pub fn report(&self, id: &str, body: &Value) {
        let (id, body) = (id.to_owned(), body.to_string());
        self.reports.add(queue::Message { id, body, group: String::new() }, Duration::ZERO);
    }

    /// Puts anything into the queue.
    pub fn put_into_queue(&self, id: &str, body: &str) {
        let message = queue::Message { id: id.to_owned(), body: body.to_owned(), group: "test".to_owned() };
        self.messages.add(message, Duration::ZERO);
    }
}

/// An order of one text to all teachers of a school.
pub fn to_all_teachers(text: &str) -> Value {
    json!({
        "view": "teachers", "selection": { "everyone": true },
        "text": { "audience": "teachers", "context": "meeting", "body": text },
    })
}

async fn call(
    router: Router,
    school: SchoolId,
    role: &str,
    method: &str,
    path: &str,
    key: Option<&str>,
    body: Value,
) -> (u16, Value) {
    let mut request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    let body = if method == "GET" { Body::empty() } else { Body::from(body.to_string()) };
    answered(router, school, role, request.body(body).expect("a request")).await
}

async fn answered(router: Router, school: SchoolId, role: &str, mut request: Request<Body>) -> (u16, Value) {
    let mut claims = [("sub", "test"), ("role", role)].map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
    if role != "operator" {
        claims.push(("school_id".to_owned(), school.to_string()));
    }
    request.extensions_mut().insert(request_context("req".to_owned(), Some(claims.into_iter().collect())));
    let answered = tokio::spawn(async move {
        let Ok(answer) = router.oneshot(request).await;
        let status = answer.status().as_u16();
        let bytes = to_bytes(answer.into_body(), usize::MAX).await.unwrap_or_default();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    });
    answered.await.unwrap_or((502, Value::Null))
}

fn create_table(emulator: &Emulator) {
    let attribute = |name: &str| json!({ "AttributeName": name, "AttributeType": "S" });
    let body = json!({
        "TableName": "carillon", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [attribute("pk"), attribute("sk")],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }, { "AttributeName": "sk", "KeyType": "RANGE" }],
    });
    let (status, answer) = emulator.call("DynamoDB_20120810.CreateTable", body.to_string().as_bytes());
    assert_eq!(status, 200, "{answer}");
}
