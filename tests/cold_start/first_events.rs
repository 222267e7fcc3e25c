//! The first event of each function, with the data that it needs.

use std::sync::Arc;

use api::Role;
use base64::{Engine, prelude::BASE64_STANDARD};
use carillon_tests::{Client, Functions, Service, batch, planned_message};
use carriers::sign;
use domain::{
    clock::Clock,
    id::{ParcelId, ParcelNumber, SchoolId, SendId},
};
use queues::QueueMessage;
use runtime::SystemClock;
use serde_json::{Value, json};

/// The bridge's signing key.
pub const BRIDGE_KEY: &[u8] = b"the key of the bridge";

/// An event and a check of its response.
#[derive(Clone)]
pub struct FirstEvent {
    /// The payload from Lambda.
    pub body: String,
    /// Whether a response is the expected one.
    pub is_answer: fn(&[u8]) -> bool,
}

/// Creates first events on a running service.
pub struct FirstEvents {
    service: Service,
    functions: Functions,
    clock: Arc<dyn Clock>,
}

impl FirstEvents {
    /// On this service.
    pub fn over(service: Service) -> Self {
        let functions = Functions::of(&service);
        Self { service, functions, clock: Arc::new(SystemClock) }
    }

    /// A typical event of a function, in a school of its own.
    pub async fn of(&self, function: &str) -> FirstEvent {
        let (school, admin) = self.service.licensed_school().await;
        match function {
            "registration" => request(school, "GET", "/v1/registration", None),
            "operator" => operators("GET", "/v1/operator/registrations"),
            "people" => request(school, "POST", "/v1/people", Some(person())),
            "imports" => request(school, "GET", "/v1/imports", None),
            "templates" => request(school, "POST", "/v1/templates", Some(template())),
            "send" => self.order(school, &admin).await,
            "sentlog" => {
                self.accepted(school).await;
                request(school, "GET", "/v1/messages", None)
            }
            "exports" => self.file(school, &admin).await,
            "callbacks" => self.receipt(school).await,
            "deliver" | "deadletters" => {
                let parcel = first_parcel(school, self.accepted(school).await);
                let message = QueueMessage::Parcel { parcel, place_at_s: None };
                queue_event(&message)
            }
            "receipts" => {
                let message = first_parcel(school, self.accepted(school).await).message(0).correlation();
                queue_event(
                    &json!({ "v": "receipt/1", "about": { "message": message }, "told": "delivered" }),
                )
            }
            "schedule" => FirstEvent {
                body: json!({ "round": "minute" }).to_string(),
                is_answer: |answer| json_of(answer)["failed"] == 0,
            },
            other => panic!("no first event for the function {other}"),
        }
    }

    /// An accepted send of one text, not enqueued.
    async fn accepted(&self, school: SchoolId) -> SendId {
        let now = self.clock.now();
        let tomorrow = now.saturating_add(jiff::SignedDuration::from_hours(24)).unwrap_or(now);
        let message = planned_message("07 50 00 00 01", "Le car a vingt minutes de retard.", now);
        self.functions.accept(school, vec![message], tomorrow).await.id
    }

    /// An order for a class of one pupil with one guardian.
    async fn order(&self, school: SchoolId, admin: &Client) -> FirstEvent {
        admin.import(carillon_tests::pupils_csv(0..1, |_| "0750000001".to_owned())).await.expect(200);
        let order = json!({
            "view": "pupils", "selection": { "everyone": true },
            "text": { "audience": "guardians", "context": "information", "body": "Le car a vingt minutes de retard." },
        });
        request(school, "POST", "/v1/sends", Some(order))
    }

    /// A link to a file of one text.
    async fn file(&self, school: SchoolId, admin: &Client) -> FirstEvent {
        self.accepted(school).await;
        let job = admin.post("/v1/exports", &json!({ "format": "csv" })).await.expect(202);
        let link = job["link"].as_str().and_then(|link| link.strip_prefix(self.service.gateway()));
        let (path, query) = link.and_then(|link| link.split_once('?')).expect("a link with its token");
        let mut event = event("GET", path, None);
        event["rawQueryString"] = json!(query);
        // A streamed response is a head, a separator of eight zeros, and a body.
        let is_answer = |answer: &[u8]| {
            let head = answer.split(|byte| *byte == 0).next().unwrap_or_default();
            json_of(head)["statusCode"] == 200
        };
        FirstEvent { body: event.to_string(), is_answer }
    }

    /// A receipt from a bridge.
    async fn receipt(&self, school: SchoolId) -> FirstEvent {
        let now = self.clock.now();
        let reference = first_parcel(school, self.accepted(school).await).message(0).correlation();
        let body =
            json!({ "type": "receipt", "reference": reference, "state": "delivered", "at": now }).to_string();
        let (id, timestamp) = ("evt_1", now.as_second().to_string());
        let signature = sign(BRIDGE_KEY, id, &timestamp, body.as_bytes());
        let mut event = event("POST", "/v1/receipts/bridge", Some(body));
        event["headers"]["webhook-id"] = json!(id);
        event["headers"]["webhook-timestamp"] = json!(timestamp);
        event["headers"]["webhook-signature"] = json!(signature);
        FirstEvent { body: event.to_string(), is_answer: is_success }
    }
}

/// The response of Secrets Manager to any request.
pub fn secret() -> Value {
    json!({ "Name": "bridge", "SecretString": BASE64_STANDARD.encode(BRIDGE_KEY) })
}

fn first_parcel(school: SchoolId, send: SendId) -> ParcelId {
    ParcelId { school, send, number: ParcelNumber(0) }
}

fn person() -> Value {
    json!({ "audience": "staff", "first_name": "Dominique", "last_name": "Exemple", "phone": "07 50 00 00 01" })
}

fn template() -> Value {
    json!({ "label": "Retard", "audience": "guardians", "context": "information", "body": "Le car a du retard." })
}

fn queue_event(message: &impl serde::Serialize) -> FirstEvent {
    let body = serde_json::to_string(message).expect("a message is JSON");
    let event = batch(&[("m-1", &body)]);
    FirstEvent {
        body: serde_json::to_string(&event).expect("an event is JSON"),
        is_answer: |answer| json_of(answer)["batchItemFailures"] == json!([]),
    }
}

fn request(school: SchoolId, method: &str, path: &str, body: Option<Value>) -> FirstEvent {
    let claims = json!({ "sub": "bench", "role": Role::Admin.as_str(), "school_id": school });
    request_of(&claims, method, path, body)
}

/// A request of the operator, who has no school.
fn operators(method: &str, path: &str) -> FirstEvent {
    request_of(&json!({ "sub": "bench", "role": Role::Operator.as_str() }), method, path, None)
}

fn request_of(claims: &Value, method: &str, path: &str, body: Option<Value>) -> FirstEvent {
    let mut event = event(method, path, body.map(|body| body.to_string()));
    event["requestContext"]["authorizer"] = json!({ "jwt": { "claims": claims, "scopes": null } });
    FirstEvent { body: event.to_string(), is_answer: is_success }
}

/// An event of API Gateway's payload format 2.0.
fn event(method: &str, path: &str, body: Option<String>) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": "",
        "headers": {
            "accept-language": "fr",
            "content-type": "application/json",
            "host": "api.carillon.example",
            "idempotency-key": "first-event",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "bench",
            "domainName": "api.carillon.example",
            "requestId": "first-event",
            "stage": "$default",
            "time": "23/Nov/2026:08:00:00 +0000",
            "timeEpoch": 1_795_420_800_000_u64,
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "school-software/1.0",
            },
        },
        "body": body,
        "isBase64Encoded": false,
    })
}

fn is_success(answer: &[u8]) -> bool {
    json_of(answer)["statusCode"].as_u64().is_some_and(|status| (200..300).contains(&status))
}

fn json_of(answer: &[u8]) -> Value {
    serde_json::from_slice(answer).unwrap_or_default()
}
