//! A world: the service, its schools, its carriers, and the time.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
    time::Duration,
};

use carillon_local::{
    meter::Meter,
    queue::{self, Batching, Consumer, Journal, LocalQueue, MAX_RECEIVES, Mapping, Messages, Unruly},
};
use domain::{clock::Clock, delivery::PartsPerSecond, id::SchoolId};
use jiff::Timestamp;
use schedule::{Report, Round, ScheduleEvent};
use serde_json::{Value, json};
use store::Table;
use tokio::{
    sync::{mpsc, watch},
    task::JoinSet,
};

use super::{
    VirtualClock,
    calls::{AwsCall, Calls, NOBODY},
    emulator::Emulator,
    fake_carrier::{FakeCarrier, Script},
    fault::Faults,
    fault_injector::{Backends, FaultInjector},
    figures::Figures,
    stand_ins::StandIns,
    wiring::{Way, Wiring},
};
use crate::{application, create_people};

/// The settings of a world.
pub struct Setting {
    /// The time at the beginning.
    pub begins: Timestamp,
    pub faults: Faults,
    /// The carrier's behaviour.
    pub script: Script,
    /// The behaviour of a second carrier for failover, if any.
    pub second_script: Option<Script>,
    /// Real adapters with their stand-ins, as in `CARILLON_CARRIERS`; none for scripted carriers.
    pub adapters: Option<&'static str>,
    /// The carrier's latency.
    pub latency: Duration,
    /// The carrier's rate.
    pub pace: Option<PartsPerSecond>,
    /// Whether the carrier supports queries.
    pub can_be_asked: bool,
    /// The delay of the carrier's answer to a query.
    pub tells_after: Duration,
    /// Makes the queue deliver twice, late and out of order.
    pub unruly: Option<Unruly>,
    /// The concurrency of `deliver`.
    pub workers: usize,
}

impl Default for Setting {
    fn default() -> Self {
        Self {
            begins: "2026-11-24T09:00:00Z".parse().expect("an instant"),
            faults: Faults::default(),
            script: Box::new(|_, _| super::Behaviour::Accept),
            second_script: None,
            adapters: None,
            latency: Duration::from_millis(100),
            pace: None,
            can_be_asked: false,
            tells_after: Duration::ZERO,
            unruly: None,
            workers: 4,
        }
    }
}

/// A running world. It needs a single-threaded runtime with a paused clock.
pub struct World {
    pub clock: VirtualClock,
    pub fake_carrier: Arc<FakeCarrier>,
    pub other_fake_carrier: Arc<FakeCarrier>,
    pub faults: Arc<Faults>,
    /// The table, without faults.
    pub table: Table,
    /// Counts queue requests and invocations.
    pub meter: Arc<Meter>,
    /// The functions' metrics.
    pub figures: Figures,
    backends: Arc<Backends>,
    pub(super) requests: Mutex<BTreeSet<(String, String)>>,
    messages: Arc<Messages>,
    reports: Arc<Messages>,
    dead: Arc<Messages>,
    pub(super) faulty: Wiring,
    pub(super) sound: Wiring,
    mappings: Vec<(Mapping, usize)>,
    running: Option<(watch::Sender<bool>, JoinSet<()>)>,
}

/// The batch of reports, as on AWS.
const REPORTS_AT_ONCE: Batching = Batching { size: Batching::OF_REPORTS, window: Duration::from_secs(10) };

impl World {
    /// A new world: an empty table, and waiting workers.
    pub async fn new(setting: Setting) -> Self {
        let clock = VirtualClock::at(setting.begins);
        let shared_clock: Arc<dyn Clock> = Arc::new(clock);
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
        let fake_carrier = Arc::new(FakeCarrier::new(
            shared_clock.clone(),
            setting.latency,
            setting.tells_after,
            setting.script,
        ));
        let second = setting.second_script.is_some();
        let second_script = setting.second_script.unwrap_or_else(|| Box::new(|_, _| super::Behaviour::Halt));
        let other_fake_carrier = Arc::new(FakeCarrier::new(
            shared_clock.clone(),
            setting.latency,
            setting.tells_after,
            second_script,
        ));
        let way = match setting.adapters {
            Some(routes) => Way::Adapters(routes),
            None => Way::Scripted { second, can_be_asked: setting.can_be_asked },
        };
        let stand_ins = setting.adapters.map(|_| StandIns::new(shared_clock.clone(), heard_by(&reports)));
        let callbacks = stand_ins.as_ref().map(|stand_ins| stand_ins.callbacks.clone());
        let backends = Arc::new(Backends {
            emulator,
            queue: api,
            fake_carrier: fake_carrier.clone(),
            other_fake_carrier: other_fake_carrier.clone(),
            stand_ins,
            calls: Calls::default(),
        });
        let (faults, figures) = (Arc::new(setting.faults), Figures::default());
        let wired = |faults| {
            Wiring::new(
                FaultInjector::new(backends.clone(), faults),
                figures.metrics(),
                shared_clock.clone(),
                setting.pace,
            )
        };
        let (faulty, sound) = (wired(faults.clone()), wired(Arc::default()));
        create_table(&backends.emulator);
        if let Some(callbacks) = callbacks {
            callbacks.set(sound.callbacks()).expect("it was not set before");
        }
        let deliveries = Mapping {
            messages: messages.clone(),
            dead: dead.clone(),
            journal: Journal::none(),
            consumer: Consumer::Deliver(faulty.deliver(&way)),
            batching: Batching::NONE,
            meter: meter.clone(),
        };
        let notings = Mapping {
            messages: reports.clone(),
            consumer: Consumer::Receipts(faulty.receipts()),
            batching: REPORTS_AT_ONCE,
            ..deliveries.clone()
        };
        let burials = Mapping {
            messages: dead.clone(),
            consumer: Consumer::DeadLetters(faulty.deadletters()),
            ..deliveries.clone()
        };
        Self {
            clock,
            fake_carrier,
            other_fake_carrier,
            faults,
            table: sound.table(NOBODY),
            meter,
            figures,
            backends,
            requests: Mutex::default(),
            messages,
            reports,
            dead,
            faulty,
            sound,
            mappings: vec![(deliveries, setting.workers), (burials, 1), (notings, 1)],
            running: None,
        }
    }

    /// Starts the workers.
    pub fn start_workers(&mut self) {
        let (stop, stopped) = watch::channel(false);
        let mut pollers = JoinSet::new();
        for (mapping, workers) in &self.mappings {
            let mut started = mapping.clone().start(*workers, stopped.clone());
            pollers.spawn(async move { while started.join_next().await.is_some() {} });
        }
        self.running = Some((stop, pollers));
    }

    /// A licensed school with some teachers, with these real numbers.
    pub async fn school(&self, teachers: impl Iterator<Item = String>) -> SchoolId {
        let school = SchoolId::generate(self.clock.now());
        self.sound_call(school, "admin", "POST", "/v1/registrations", application()).await;
        let confirm = format!("/v1/operator/schools/{school}/confirm");
        self.sound_call(school, "operator", "POST", &confirm, json!({})).await;
        self.sound_call(school, "admin", "POST", "/v1/licence/refresh", json!({})).await;
        let mut people = Vec::new();
        let mut id = domain::id::PersonId::generate(self.clock.now());
        for phone in teachers {
            let name = |text: &str| domain::line::Line::parse(text).expect("a name");
            let audience = domain::audience::Audience::Teachers;
            let mut details = domain::directory::PersonDetails::named(audience, name("Anne"), name("Roy"));
            details.phone = Some(
                domain::phone::PhoneNumber::parse(&phone, domain::territory::Territory::Metropole)
                    .expect("a number"),
            );
            people.push(domain::directory::Person { id, details, version: 1 });
            id = id.following();
        }
        create_people(&self.table, school, people).await;
        school
    }

    /// A school with the people of a file.
    pub async fn school_of(&self, csv: String) -> SchoolId {
        let school = self.school(std::iter::empty()).await;
        let report = self.import(school, csv).await;
        assert_eq!(
            (&report["counts"]["refused"], &report["counts"]["doubtful"]),
            (&json!(0), &json!(0)),
            "{report:#}"
        );
        school
    }

    /// A round of the schedule, with faults. None if the process was killed.
    pub async fn round(&self, round: Round) -> Option<Report> {
        let deps = self.faulty.schedule();
        tokio::spawn(async move { schedule::handle(ScheduleEvent { round }, &deps).await }).await.ok()
    }

    /// Runs the world until its sends are over: a round every minute at first, then every hour, as if
    /// EventBridge were slow, and at the end as many rounds as there may be faults.
    pub async fn run_to_the_end(&self) {
        for pause_s in [60; 6].into_iter().chain([3600; 25]).chain([60; 15]) {
            tokio::time::sleep(Duration::from_secs(pause_s)).await;
            self.round(Round::Minute).await;
        }
        // The last reconciliation comes twenty minutes after the end of a send.
        tokio::time::sleep(Duration::from_secs(3600)).await;
    }

    /// The number of calls to the table.
    pub fn calls_of_the_table(&self) -> u64 {
        self.backends.emulator.calls()
    }

    /// Read units, write units, queue requests and invocations so far.
    pub fn units(&self) -> [f64; 4] {
        let (reads, writes) = self.backends.emulator.units();
        let counted = self.meter.read();
        [reads, writes, counted.queue_requests as f64, counted.invocations as f64]
    }

    /// All stored items of the table.
    pub fn items(&self) -> Vec<Value> {
        let mut scan = json!({ "TableName": "carillon" });
        let mut items = Vec::new();
        loop {
            let (status, answer) =
                self.backends.emulator.call("DynamoDB_20120810.Scan", scan.to_string().as_bytes());
            assert_eq!(status, 200, "{answer}");
            let mut page: Value = serde_json::from_str(&answer).expect("an answer in JSON");
            items.extend(page["Items"].as_array_mut().map(std::mem::take).unwrap_or_default());
            if page["LastEvaluatedKey"].is_null() {
                return items;
            }
            scan["ExclusiveStartKey"] = page["LastEvaluatedKey"].take();
        }
    }

    /// Messages that wait or are in flight, and waiting dead letters.
    pub fn queued(&self) -> (usize, usize) {
        (self.messages.len(), self.dead.len())
    }

    /// Enqueues a report, like an SNS topic.
    pub fn report(&self, id: &str, body: &Value) {
        let (id, body) = (id.to_owned(), body.to_string());
        self.reports.add(queue::Message { id, body, group: String::new() }, Duration::ZERO);
    }

    /// Enqueues a dead letter.
    pub fn put_among_the_dead(&self, id: &str, body: &str) {
        let message = queue::Message { id: id.to_owned(), body: body.to_owned(), group: "test".to_owned() };
        self.dead.add(message, Duration::ZERO);
    }

    /// The AWS calls of each function so far.
    pub fn asked_of_aws(&self) -> BTreeSet<AwsCall> {
        self.backends.calls.noted()
    }

    /// Enqueues a message for `deliver`.
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

/// A topic with a queue subscribed to it.
fn heard_by(reports: &Arc<Messages>) -> mpsc::UnboundedSender<String> {
    let (topic, mut heard) = mpsc::unbounded_channel();
    let reports = reports.clone();
    tokio::spawn(async move {
        let mut number = 0_u64;
        while let Some(body) = heard.recv().await {
            number += 1;
            let id = format!("event-of-aws-{number}");
            reports.add(queue::Message { id, body, group: String::new() }, Duration::ZERO);
        }
    });
    topic
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
