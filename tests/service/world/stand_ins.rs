//! The further backends of a world with real adapters: the stand-ins for carriers, and the shared secrets.

use std::sync::{Arc, OnceLock};

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector},
    orchestrator::HttpRequest,
};
use axum::Router;
use base64::{Engine, prelude::BASE64_STANDARD};
use carillon_local::{
    Inbox,
    carriers::{self, Credentials, ReceiptPace},
};
use domain::clock::Clock;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::mpsc;

use super::{addresses::API, forward::forward};

/// The stand-ins of one world.
pub(super) struct StandIns {
    pub router: Router,
    pub credentials: Credentials,
    /// Our callbacks, once they exist.
    pub callbacks: Arc<OnceLock<Router>>,
    _phones: TempDir,
}

impl StandIns {
    /// Stand-ins with their usual delays; `aws_events` receives the events of AWS.
    pub fn new(clock: Arc<dyn Clock>, aws_events: mpsc::UnboundedSender<String>) -> Self {
        let phones = TempDir::new().expect("a temporary folder");
        let inbox = Inbox::open(&phones.path().join("phones")).expect("a file of the phones");
        let credentials = Credentials::of_this_machine(b"a world");
        let callbacks = Arc::new(OnceLock::new());
        let router = carriers::router(carriers::FakeCarrier {
            inbox: Arc::new(inbox),
            clock,
            credentials: credentials.clone(),
            outgoing: SharedHttpConnector::new(Outgoing(callbacks.clone())),
            callbacks: API.to_owned(),
            aws_events,
            pace: ReceiptPace::default(),
        });
        Self { router, credentials, callbacks, _phones: phones }
    }

    /// Answers `GetSecretValue`. A secret is named after its variable.
    pub fn secret(&self, body: &[u8]) -> Value {
        let asked: Value = serde_json::from_slice(body).unwrap_or_default();
        let name = asked["SecretId"].as_str().unwrap_or_default();
        let value = match name {
            TWILIO_TOKEN => self.credentials.twilio_token.clone(),
            OVH_APPLICATION => self.credentials.ovh_application_secret.clone(),
            OVH_CONSUMER => self.credentials.ovh_consumer.clone(),
            OVH_CALLBACK => self.credentials.ovh_callback_secret.clone(),
            BRIDGE_KEY => BASE64_STANDARD.encode(&self.credentials.bridge_key),
            ERASURE_KEY => A_KEY.to_owned(),
            other => panic!("{other} is no secret of this project"),
        };
        json!({ "Name": name, "SecretString": value })
    }
}

pub(super) const TWILIO_TOKEN: &str = "CARILLON_TWILIO_TOKEN_SECRET";
pub(super) const OVH_APPLICATION: &str = "CARILLON_OVH_APPLICATION_SECRET";
pub(super) const OVH_CONSUMER: &str = "CARILLON_OVH_CONSUMER_SECRET";
pub(super) const OVH_CALLBACK: &str = "CARILLON_OVH_CALLBACK_SECRET";
pub(super) const BRIDGE_KEY: &str = "CARILLON_BRIDGE_KEY_SECRET";

pub(super) const ERASURE_KEY: &str = "CARILLON_ERASURE_KEY_SECRET";
/// The key of tombstones.
const A_KEY: &str = "a key of tombstones";

/// Answers `GetSecretValue` in a world without carriers' secrets.
pub(super) fn secret_of_ours() -> Value {
    json!({ "Name": ERASURE_KEY, "SecretString": A_KEY })
}

/// A carrier's connection to our API.
#[derive(Clone, Debug)]
struct Outgoing(Arc<OnceLock<Router>>);

impl HttpConnector for Outgoing {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let callbacks = self.0.get().expect("the world is whole before anything is sent").clone();
        HttpConnectorFuture::new(async move { forward(callbacks, &request).await })
    }
}
