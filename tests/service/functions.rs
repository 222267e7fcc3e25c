//! Functions for tests, on the table and queue of a running service.

use std::sync::Arc;

use aws::{Aws, AwsEnvironment, Secret};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use axum::Router;
use base64::{Engine, prelude::BASE64_STANDARD};
use carriers::{Carrier, Carriers, Routes};
use domain::{
    budget::Month,
    clock::{Clock, HeldClock},
    delivery::CarrierName,
    id::{PersonId, SchoolId},
    phone::PhoneNumber,
    pricing::MicroEuros,
    sending::{PlannedMessage, Send},
    territory::Territory,
    text::{Encoding, Segments},
};
use jiff::Timestamp;
use queues::{Queue, ReportQueue};
use runtime::SystemClock;
use schedule::{Report, Round, ScheduleEvent};
use store::Table;
use telemetry::Metrics;

use crate::{Service, accept_past, past_send};

/// The functions, each with its own dependencies only.
#[derive(Clone)]
pub struct Functions {
    aws: Aws,
    table: Table,
    queue: Queue,
    reports_url: String,
    clock: Arc<dyn Clock>,
}

impl Functions {
    /// Functions on the resources of a running service.
    pub fn of(service: &Service) -> Self {
        let addresses = service.running().addresses();
        let aws = Aws::new(AwsEnvironment::local(addresses.dynamodb.clone(), addresses.sqs.clone()));
        Self {
            table: Table::new(aws.clone(), "carillon".to_owned())
                .with_erasure_key(Secret::known("a key of tombstones")),
            queue: Queue::new(aws.clone(), addresses.sqs.clone()),
            reports_url: format!("{}/queue/reports", addresses.sqs),
            aws,
            clock: Arc::new(SystemClock),
        }
    }

    /// The same functions at another time.
    pub fn at(&self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self.clone() }
    }

    /// The AWS clients of the running service.
    pub const fn aws(&self) -> &Aws {
        &self.aws
    }

    /// The router of a function behind API Gateway.
    pub fn router(&self, function: &str) -> Router {
        let Self { table, queue, clock, .. } = self.clone();
        match function {
            "registration" => registration::router(registration::Deps { table, clock }),
            "operator" => operator::router(operator::Deps { table, clock }),
            "people" => people::router(people::Deps { table, metrics: Metrics::nowhere(), clock }),
            "templates" => templates::router(templates::Deps { table, clock }),
            "send" => send::router(send::Deps { table, queue, metrics: Metrics::nowhere(), clock }),
            "sentlog" => sentlog::router(sentlog::Deps { table, clock, exports_url: EXPORTS_URL.to_owned() }),
            "exports" => exports::router(exports::Deps { table, clock }),
            "callbacks" => callbacks::router(self.callbacks()),
            other => panic!("{other} is no function of API Gateway"),
        }
    }

    /// The dependencies of `callbacks`: with the keys and the time of the signed fixtures.
    fn callbacks(&self) -> callbacks::Deps {
        let token = Secret::known("the token of the fixtures");
        let public_url = "https://api.carillon.example".to_owned();
        callbacks::Deps {
            reports: self.reports(),
            proofs: callbacks::Proofs {
                twilio: Some(callbacks::TwilioProof { token, public_url }),
                ovh: Some(Secret::known("the-address-of-the-fixtures")),
                bridge: Some(Secret::known(&BASE64_STANDARD.encode("the key of the fixtures"))),
            },
            clock: Arc::new(HeldClock::at("2026-11-23T08:00:00Z".parse().expect("an instant"))),
        }
    }

    /// The report queue.
    pub fn reports(&self) -> ReportQueue {
        ReportQueue::new(self.aws.clone(), self.reports_url.clone())
    }

    /// Invokes `receipts` with a batch. Returns the failed messages.
    pub async fn note(&self, event: SqsEvent) -> Vec<String> {
        self.note_within(30, event).await
    }

    /// The same, with a deadline.
    pub async fn note_within(&self, seconds: i64, event: SqsEvent) -> Vec<String> {
        let deadline = self.in_seconds(seconds);
        let (table, clock) = (self.table.clone(), self.clock.clone());
        let deps =
            receipts::Deps { table, reports: self.reports(), ovh: None, metrics: Metrics::nowhere(), clock };
        let response = receipts::handle(event, deadline, &deps).await;
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    /// A round of the schedule.
    pub async fn round(&self, round: Round) -> Report {
        let Self { table, queue, clock, .. } = self.clone();
        schedule::handle(
            ScheduleEvent { round },
            &schedule::Deps { table, queue, metrics: Metrics::nowhere(), clock },
        )
        .await
    }

    /// Invokes `deadletters` with a batch. Returns the failed messages.
    pub async fn bury(&self, event: SqsEvent) -> Vec<String> {
        let Self { table, clock, .. } = self.clone();
        let response =
            deadletters::handle(event, &deadletters::Deps { table, metrics: Metrics::nowhere(), clock })
                .await;
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    /// The table of the running service.
    pub const fn table(&self) -> &Table {
        &self.table
    }

    /// Accepts a send up to the commit point: nothing is enqueued.
    pub async fn accept(
        &self,
        school: SchoolId,
        messages: Vec<PlannedMessage>,
        expires_at: Timestamp,
    ) -> Send {
        let now = self.clock.now();
        let send = Send { expires_at, ..past_send(now, now, &messages) };
        let month = Month::of(now, Territory::Metropole.time_zone());
        accept_past(&self.table, school, month, &send, messages).await;
        send
    }

    fn in_seconds(&self, seconds: i64) -> Timestamp {
        let seconds = jiff::SignedDuration::from_secs(seconds);
        self.clock.now().saturating_add(seconds).unwrap_or_default()
    }

    /// Invokes `deliver` with a batch, half a minute and one carrier for all numbers. Returns the failed
    /// messages.
    pub async fn deliver(&self, event: SqsEvent, carrier: Arc<dyn Carrier>) -> Vec<String> {
        self.deliver_within(30, event, carrier).await
    }

    /// The same, with a deadline.
    pub async fn deliver_within(
        &self,
        seconds: i64,
        event: SqsEvent,
        carrier: Arc<dyn Carrier>,
    ) -> Vec<String> {
        let Self { table, queue, clock, .. } = self.clone();
        let deadline = self.in_seconds(seconds);
        let carriers = Carriers::new(Routes::only(CarrierName::Bridge))
            .of_a_simulated_world()
            .with(CarrierName::Bridge, carrier);
        let deps = deliver::Deps { table, queue, carriers, metrics: Metrics::nowhere(), clock };
        let response = deliver::handle(event, deadline, &deps).await;
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }
}

/// The base address of export links in tests without a gateway.
pub const EXPORTS_URL: &str = "https://files.carillon.example";

/// A planned text to a simulated phone.
pub fn planned_message(phone: &str, text: &str, now: Timestamp) -> PlannedMessage {
    PlannedMessage {
        recipient: PersonId::generate(now),
        name: "Claire Martin".to_owned(),
        about: Vec::new(),
        phone: PhoneNumber::parse(phone, Territory::Metropole).expect("a mobile number"),
        text: text.to_owned(),
        encoding: Encoding::Gsm7,
        segments: Segments::ONE,
        price: MicroEuros::ZERO,
    }
}

/// A batch of queue messages: id and body of each.
pub fn batch(messages: &[(&str, &str)]) -> SqsEvent {
    let mut event = SqsEvent::default();
    for (id, body) in messages {
        let mut message = SqsMessage::default();
        message.message_id = Some((*id).to_owned());
        message.body = Some((*body).to_owned());
        event.records.push(message);
    }
    event
}
