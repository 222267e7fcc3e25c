//! A batch of queue messages: each has its own outcome, and one that fails never takes the others with it.

use aws_lambda_events::sqs::{BatchItemFailure, SqsMessage};
pub use aws_lambda_events::sqs::{SqsBatchResponse, SqsEvent};
use jiff::Timestamp;
use lambda_http::{
    Error, LambdaEvent,
    lambda_runtime::{self, service_fn},
};
use telemetry::Counts;
use tracing::Instrument;

use crate::{SystemClock, deadline};

/// What becomes of one queue message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The queue deletes it.
    Done,
    /// The queue brings it again, and in the end to the dead-letter queue.
    Retry,
}

/// One queue message as it is handled.
#[derive(Clone, Debug, Default)]
pub struct BatchMessage {
    /// The identifier that the queue gave it.
    pub id: String,
    /// What was put into the queue.
    pub body: String,
    /// When it was put into the queue: the same however often it comes.
    pub sent_at: Option<Timestamp>,
    /// How often it has come, with this time.
    pub receive_count: Option<u32>,
}

impl From<SqsMessage> for BatchMessage {
    fn from(message: SqsMessage) -> Self {
        let attribute = |name: &str| message.attributes.get(name).map(String::as_str);
        let sent_at = attribute("SentTimestamp").and_then(|text| text.parse().ok());
        Self {
            sent_at: sent_at.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok()),
            receive_count: attribute("ApproximateReceiveCount").and_then(|text| text.parse().ok()),
            id: message.message_id.unwrap_or_default(),
            body: message.body.unwrap_or_default(),
        }
    }
}

/// Handles the messages of a batch one after another, and adds up what was counted of each. What a message writes into
/// the log has its identifier.
pub async fn one_by_one<F>(event: SqsEvent, handle: impl Fn(BatchMessage) -> F) -> (SqsBatchResponse, Counts)
where
    F: Future<Output = (Fate, Counts)>,
{
    let (mut failed, mut counts) = (Vec::new(), Counts::default());
    for message in messages(event) {
        let (id, span) = (message.id.clone(), telemetry::parcel_message(&message.id));
        // On the heap: what a message leads to is a deep future.
        let (fate, of_message) = Box::pin(handle(message).instrument(span)).await;
        counts += of_message;
        if fate == Fate::Retry {
            failed.push(id);
        }
    }
    (retrying(failed), counts)
}

/// The messages of a batch.
pub fn messages(event: SqsEvent) -> impl Iterator<Item = BatchMessage> {
    event.records.into_iter().map(BatchMessage::from)
}

/// The answer by which the queue brings these messages again, by their identifiers, and deletes all others.
pub fn retrying(failed: impl IntoIterator<Item = String>) -> SqsBatchResponse {
    let failures = failed.into_iter().map(|id| {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        failure
    });
    let mut response = SqsBatchResponse::default();
    response.batch_item_failures = failures.collect();
    response
}

/// Hands batches to a function until Lambda ends this process, each with the instant at which its run is killed.
pub async fn run_batches<F>(handle: impl Fn(SqsEvent, Timestamp) -> F) -> Result<(), Error>
where
    F: Future<Output = SqsBatchResponse>,
{
    lambda_runtime::run(service_fn(|event: LambdaEvent<SqsEvent>| {
        let run = handle(event.payload, deadline::of_run(event.context.deadline(), &SystemClock));
        async move { Ok::<_, Error>(run.await) }
    }))
    .await
}

#[cfg(test)]
mod tests {
    use domain::delivery::Receipt;
    use serde_json::json;

    use super::*;

    fn batch() -> SqsEvent {
        let attributes = json!({ "SentTimestamp": "1795420800000", "ApproximateReceiveCount": "2" });
        serde_json::from_value(json!({ "Records": [
            { "messageId": "a", "body": "first", "attributes": attributes },
            { "messageId": "b", "body": "second", "attributes": {} },
            { "messageId": "c", "attributes": {} },
        ] }))
        .unwrap()
    }

    #[tokio::test]
    async fn a_message_that_fails_takes_no_other_with_it() {
        let (response, counts) = one_by_one(batch(), |message| async move {
            let fate = if message.body == "second" { Fate::Retry } else { Fate::Done };
            (fate, Counts::told(None, Receipt::Delivered))
        })
        .await;
        assert_eq!(counts.delivered, 3);
        let failed: Vec<_> =
            response.batch_item_failures.into_iter().map(|failure| failure.item_identifier).collect();
        assert_eq!(failed, ["b"]);
    }

    #[test]
    fn a_message_tells_when_it_was_sent_and_how_often_it_came_where_the_queue_does() {
        let [first, second, _] = &messages(batch()).collect::<Vec<_>>()[..] else { panic!("three") };
        let sent_at = first.sent_at.map(|at| at.to_string());
        assert_eq!((sent_at.as_deref(), first.receive_count), (Some("2026-11-23T08:00:00Z"), Some(2)));
        assert_eq!((second.sent_at, second.receive_count), (None, None));
    }
}
