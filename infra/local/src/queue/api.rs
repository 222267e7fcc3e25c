//! `SendMessage` and `SendMessageBatch` in the SDK's protocol (AWS JSON 1.0).

use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::clock::Clock;
use md5::{Digest, Md5};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{
    journal::{Journal, JournalError},
    messages::{Message, Messages},
};
use crate::meter::Meter;

/// A queue of this machine.
#[derive(Clone)]
pub struct LocalQueue {
    pub messages: Arc<Messages>,
    /// For recovery after a restart.
    pub journal: Journal,
}

impl LocalQueue {
    /// Restores the messages of the previous run. Returns the number of waiting ones.
    pub(crate) async fn resume(&self, dead: &Messages) -> Result<usize, JournalError> {
        let left = self.journal.waiting().await?;
        let unfinished = left.len();
        left.into_iter().for_each(|message| self.messages.add(message, Duration::ZERO));
        let letters = self.journal.dead().await?;
        letters.into_iter().for_each(|letter| dead.add(letter, Duration::ZERO));
        Ok(unfinished)
    }

    /// Enqueues messages from other services: on AWS, SNS topics do.
    pub(crate) async fn hear(self, mut bodies: mpsc::UnboundedReceiver<String>, clock: Arc<dyn Clock>) {
        while let Some(body) = bodies.recv().await {
            let message = Message { id: message_id(&*clock), body, group: String::new() };
            if let Err(error) = self.journal.add(&message).await {
                tracing::error!(cause = ?error, "queue message not stored");
            }
            self.messages.add(message, Duration::ZERO);
        }
    }
}

/// An identifier that sorts by age: a queue that starts again reads its messages in that order.
fn message_id(clock: &dyn Clock) -> String {
    format!("msg_{:014}{}", clock.now().as_millisecond(), domain::id::RandomToken::generate())
}

/// The dependencies of the queues' endpoint.
#[derive(Clone)]
pub struct Api {
    /// The queue with an address that ends in its name, or any other address.
    pub parcels: LocalQueue,
    /// The queue with an address that ends in `/reports`.
    pub reports: LocalQueue,
    pub meter: Arc<Meter>,
    /// Dates the ids.
    pub clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessage {
    /// Absent from the entries of a batch.
    #[serde(default)]
    queue_url: String,
    message_body: String,
    #[serde(default)]
    delay_seconds: u64,
    #[serde(default)]
    message_group_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SendMessageBatch {
    queue_url: String,
    entries: Vec<BatchEntry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct BatchEntry {
    id: String,
    #[serde(flatten)]
    message: SendMessage,
}

/// The endpoint of the queues.
pub fn router(api: Api) -> Router {
    Router::new().route("/", post(call)).route("/{*queue}", post(call)).with_state(api)
}

async fn call(State(api): State<Api>, headers: HeaderMap, body: Bytes) -> Response {
    api.meter.count_queue_request();
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let answered = match target {
        "AmazonSQS.SendMessage" => match serde_json::from_slice::<SendMessage>(&body) {
            Ok(message) => api.send(&message.queue_url.clone(), message).await,
            Err(_) => return refuse("InvalidParameterValue"),
        },
        "AmazonSQS.SendMessageBatch" => match serde_json::from_slice(&body) {
            Ok(batch) => api.send_batch(batch).await,
            Err(_) => return refuse("InvalidParameterValue"),
        },
        _ => return refuse("UnsupportedOperation"),
    };
    match answered {
        Ok(answer) => Json(answer).into_response(),
        Err(error) => {
            tracing::error!(cause = ?error, "queue message not stored");
            (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"__type": "com.amazonaws.sqs#InternalError"})))
                .into_response()
        }
    }
}

fn refuse(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"__type": format!("com.amazonaws.sqs#{error}")}))).into_response()
}

impl Api {
    fn queue(&self, url: &str) -> &LocalQueue {
        if url.ends_with("/reports") { &self.reports } else { &self.parcels }
    }

    async fn send(
        &self,
        url: &str,
        SendMessage { message_body, delay_seconds, message_group_id, .. }: SendMessage,
    ) -> Result<Value, JournalError> {
        let digest: String = Md5::digest(&message_body).iter().map(|byte| format!("{byte:02x}")).collect();
        let id = message_id(&*self.clock);
        let message = Message { id: id.clone(), body: message_body, group: message_group_id };
        let LocalQueue { messages, journal } = self.queue(url);
        journal.add(&message).await?;
        messages.add(message, Duration::from_secs(delay_seconds.min(900)));
        Ok(json!({ "MessageId": id, "MD5OfMessageBody": digest }))
    }

    async fn send_batch(&self, batch: SendMessageBatch) -> Result<Value, JournalError> {
        let mut successful = Vec::with_capacity(batch.entries.len());
        for entry in batch.entries {
            let mut answer = self.send(&batch.queue_url, entry.message).await?;
            answer["Id"] = Value::String(entry.id);
            successful.push(answer);
        }
        Ok(json!({ "Successful": successful, "Failed": [] }))
    }
}
