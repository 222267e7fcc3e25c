//! Functions of one's own over the table and the queue of a running service.

use std::{convert::Infallible, sync::Arc};

use aws::{Aws, AwsEnvironment, Secret};
use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use axum::Router;
use base64::{Engine, prelude::BASE64_STANDARD};
use carillon_local::HttpFunction;
use carriers::{Carrier, Carriers, Ovh, Routes};
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
use runtime::{Services, SystemClock};
use schedule::{Report, Round, ScheduleEvent};
use store::Table;
use telemetry::Metrics;

use crate::{Service, accept_past, past_send};

/// The functions, each with what it may use and no more.
#[derive(Clone)]
pub struct Functions {
    aws: Aws,
    table: Table,
    queue: Queue,
    reports_url: String,
    carriers: Carriers,
    clock: Arc<dyn Clock>,
}

impl Functions {
    /// Functions beside those of a running service.
    pub fn of(service: &Service) -> Self {
        let addresses = service.running().addresses();
        let aws = Aws::new(AwsEnvironment::local(addresses.dynamodb.clone(), addresses.sqs.clone()));
        Self {
            table: Table::new(aws.clone(), "carillon".to_owned()).with_erasure_key(erasure_key()),
            queue: Queue::new(aws.clone(), addresses.sqs.clone()),
            reports_url: format!("{}/queue/reports", addresses.sqs),
            carriers: Carriers::new(Routes::only(CarrierName::Bridge)).allow_simulated_numbers(),
            aws,
            clock: Arc::new(SystemClock),
        }
    }

    /// The same functions at another time.
    pub fn at(&self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self.clone() }
    }

    /// The clients of the running service's table and queue.
    pub const fn aws(&self) -> &Aws {
        &self.aws
    }

    /// The router of a function that API Gateway calls.
    pub fn router(&self, function: &str) -> Router {
        let here = match function {
            // At the hour of the fixtures, which are signed.
            "callbacks" => {
                self.at(Arc::new(HeldClock::at("2026-11-23T08:00:00Z".parse().expect("an instant"))))
            }
            _ => self.clone(),
        };
        let function = HttpFunction::<Self>::named(function).expect("a function that answers HTTP");
        let Ok(router) = (function.router)(&here);
        router
    }

    /// The queue of reports.
    pub fn queue_of_reports(&self) -> ReportQueue {
        ReportQueue::new(self.aws.clone(), self.reports_url.clone())
    }

    /// Hands a batch of reports to `receipts`. Returns the identifiers of those that must come again.
    pub async fn note(&self, event: SqsEvent) -> Vec<String> {
        self.note_within(30, event).await
    }

    /// The same, with fewer seconds left.
    pub async fn note_within(&self, seconds: i64, event: SqsEvent) -> Vec<String> {
        let deadline = self.in_seconds(seconds);
        let Ok(deps) = receipts::Deps::new(self);
        let response = receipts::handle(event, deadline, &deps).await;
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    /// A round of the schedule.
    pub async fn round(&self, round: Round) -> Report {
        let Ok(deps) = schedule::Deps::new(self);
        schedule::handle(ScheduleEvent { round }, &deps).await
    }

    /// Hands dead letters to their function. Returns the identifiers of those that wait.
    pub async fn record_dead_letters(&self, event: SqsEvent) -> Vec<String> {
        let Ok(deps) = deadletters::Deps::new(self);
        let response = deadletters::handle(event, &deps).await;
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }

    /// The table of the running service.
    pub const fn table(&self) -> &Table {
        &self.table
    }

    /// All that accepting a send does up to the commit point, and not a call further: nothing is in
    /// the queue.
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

    /// Hands a batch to `deliver`, with half a minute left and one carrier for all numbers. Returns
    /// the identifiers of the messages that failed.
    pub async fn deliver(&self, event: SqsEvent, carrier: Arc<dyn Carrier>) -> Vec<String> {
        self.deliver_within(30, event, carrier).await
    }

    /// The same, with fewer seconds left.
    pub async fn deliver_within(
        &self,
        seconds: i64,
        event: SqsEvent,
        carrier: Arc<dyn Carrier>,
    ) -> Vec<String> {
        let deadline = self.in_seconds(seconds);
        let carriers = self.carriers.clone().with(CarrierName::Bridge, carrier);
        let Ok(deps) = deliver::Deps::new(&Self { carriers, ..self.clone() });
        let response = deliver::handle(event, deadline, &deps).await;
        response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect()
    }
}

/// What the functions get. Carriers prove themselves with the keys that the fixtures are signed with.
impl Services for Functions {
    type Error = Infallible;

    fn table(&self) -> Result<Table, Infallible> {
        Ok(self.table.clone())
    }

    fn erasure_key(&self) -> Result<Secret, Infallible> {
        Ok(erasure_key())
    }

    fn queue(&self) -> Result<Queue, Infallible> {
        Ok(self.queue.clone())
    }

    fn reports(&self) -> Result<ReportQueue, Infallible> {
        Ok(self.queue_of_reports())
    }

    fn carriers(&self) -> Result<Carriers, Infallible> {
        Ok(self.carriers.clone())
    }

    fn ovh(&self) -> Result<Option<Arc<Ovh>>, Infallible> {
        Ok(None)
    }

    fn ovh_callback_secret(&self) -> Result<Option<Secret>, Infallible> {
        Ok(Some(Secret::known("the-address-of-the-fixtures")))
    }

    fn twilio_proof(&self) -> Result<Option<(Secret, String)>, Infallible> {
        let public_url = "https://api.carillon.example".to_owned();
        Ok(Some((Secret::known("the token of the fixtures"), public_url)))
    }

    fn bridge_key(&self) -> Result<Option<Secret>, Infallible> {
        Ok(Some(Secret::known(&BASE64_STANDARD.encode("the key of the fixtures"))))
    }

    fn exports_url(&self) -> Result<String, Infallible> {
        Ok(EXPORTS_URL.to_owned())
    }

    fn metrics(&self) -> Metrics {
        Metrics::nowhere()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }
}

fn erasure_key() -> Secret {
    Secret::known("a key of tombstones")
}

/// Where links to files begin in tests that have no gateway.
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

/// A batch of queue messages: identifier and body of each.
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
