//! A service for each test.

use std::path::Path;

use api::Role;
use carillon_local::{Running, options::Options, start};
use clap::Parser;
use domain::{clock::Clock, id::SchoolId};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Client;

/// A service, with a folder that is removed with it.
pub struct Service {
    running: Running,
    folder: TempDir,
}

/// A folder in memory where the system has one: what is on trial is not how fast a disk writes.
fn in_memory() -> TempDir {
    let memory = TempDir::new_in("/dev/shm");
    memory.or_else(|_| TempDir::new()).expect("a temporary folder")
}

impl Service {
    /// Starts an empty service.
    pub async fn start() -> Self {
        Self::start_in(in_memory(), &[]).await
    }

    /// Starts a service with more options.
    pub async fn start_with(options: &[&str]) -> Self {
        Self::start_in(in_memory(), options).await
    }

    async fn start_in(folder: TempDir, options: &[&str]) -> Self {
        let running = start(&Self::options(folder.path(), options)).await.expect("the service starts");
        Self { running, folder }
    }

    /// The options of a test: a folder of its own, free ports, no demonstration school.
    pub fn options(folder: &Path, more: &[&str]) -> Options {
        let folder = folder.to_str().expect("a printable path");
        // The phones of a test send receipts at once.
        let fixed = ["carillon", "--port", "0", "--no-demo", "--receipt-ms", "20", "--data", folder];
        Options::parse_from(fixed.into_iter().chain(more.iter().copied()))
    }

    /// Stops the service and starts it again on the same folder.
    pub async fn restart(self) -> Self {
        self.running.stop().await;
        Self::start_in(self.folder, &[]).await
    }

    pub const fn running(&self) -> &Running {
        &self.running
    }

    pub fn gateway(&self) -> &str {
        &self.running.addresses().gateway
    }

    /// A client without a token.
    pub fn stranger(&self) -> Client {
        Client::new(self.gateway(), None)
    }

    /// A client with a role in a school.
    pub fn member(&self, role: Role, school: SchoolId) -> Client {
        Client::new(self.gateway(), Some(self.running.tokens().issue("test", role, Some(school))))
    }

    pub fn operator(&self) -> Client {
        Client::new(self.gateway(), Some(self.running.tokens().issue("operator", Role::Operator, None)))
    }

    /// The id of a new school.
    pub fn new_school(&self) -> SchoolId {
        SchoolId::generate(runtime::SystemClock.now())
    }

    /// A licensed school, and its administrator.
    pub async fn licensed_school(&self) -> (SchoolId, Client) {
        let school = self.new_school();
        let admin = self.member(Role::Admin, school);
        admin.post("/v1/registrations", &application()).await.expect(201);
        let confirm = format!("/v1/operator/schools/{school}/confirm");
        self.operator().post(&confirm, &json!({})).await.expect(200);
        admin.post("/v1/licence/refresh", &json!({})).await.expect(200);
        (school, admin)
    }

    /// A licensed school with the people of a file.
    pub async fn school_of(&self, csv: &str) -> (SchoolId, Client) {
        let (school, admin) = self.licensed_school().await;
        let report = admin.import(csv.to_owned()).await.expect(200);
        assert_eq!(
            (&report["counts"]["refused"], &report["counts"]["doubtful"]),
            (&json!(0), &json!(0)),
            "{report:#}"
        );
        (school, admin)
    }

    /// Waits until every message of a send is settled and has its receipt. Fails after two minutes.
    pub async fn settled(&self, reader: &Client, send: &str) -> Value {
        self.without(&["scheduled", "queued", "sending", "sent"], reader, send).await
    }

    /// Waits until no message of a send waits for a carrier. Fails after two minutes.
    pub async fn handed_over(&self, reader: &Client, send: &str) -> Value {
        self.without(&["scheduled", "queued", "sending"], reader, send).await
    }

    async fn without(&self, states: &[&str], reader: &Client, send: &str) -> Value {
        for _ in 0..1200 {
            let body = reader.get(&format!("/v1/sends/{send}")).await.expect(200);
            if states.iter().all(|state| body["states"][state].is_null()) {
                return body;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        panic!("send {send} is not settled");
    }

    /// The texts of a phone.
    pub async fn phone(&self, number: &str) -> Vec<String> {
        let body = self.stranger().get(&format!("/local/phones/{number}")).await.expect(200);
        let texts = body["texts"].as_array().cloned().unwrap_or_default();
        texts.iter().map(|sms| sms["text"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

/// A complete registration of a school.
pub fn application() -> Value {
    json!({
        "school": { "name": "Collège Jean Moulin", "uai": "0951099D" },
        "contact": { "name": "Dominique Chef", "email": "chef@college-moulin.example" },
        "acknowledged_rate_card": "2026-09",
    })
}
