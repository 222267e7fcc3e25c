//! Brings the texts of parcels to carriers, block after block.

mod block;
mod deadline;
mod handover;
mod pacing;
mod parcel;
mod reconcile;
mod run;

use std::{sync::Arc, time::Duration};

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use shared::{
    carrier::Carriers,
    clock::Clock,
    queue::{Queue, QueueMessage},
    store::{StoreError, Table},
    telemetry,
};

pub use deadline::deadline;

use parcel::Parcel;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Reads parcels, writes their progress.
    pub table: Table,
    /// Brings a parcel back later.
    pub queue: Queue,
    /// The ways to the phones, and what each takes in a second.
    pub carriers: Carriers,
    /// The time, for leases and retries.
    pub clock: Arc<dyn Clock>,
}

/// How long a parcel rests when the table does not answer.
const OUTAGE: Duration = Duration::from_secs(30);

/// What is to be done after a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Done {
    /// Nothing, or another worker does it, or the schedule.
    Finished,
    /// This message is to come after a while.
    Later(QueueMessage, Duration),
}

/// What becomes of one queue message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// It is done with.
    Acknowledged,
    /// The queue shall bring it again, and in the end to the dead-letter queue.
    Returned,
}

/// Handles a batch of queue messages. `deadline` is the instant at which the run is killed.
/// A message that fails never takes the others of its batch with it.
pub async fn handle(event: SqsEvent, deadline: Timestamp, deps: &Deps) -> SqsBatchResponse {
    let mut response = SqsBatchResponse::default();
    for message in event.records {
        if handle_message(&message, deadline, deps).await == Fate::Returned {
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.unwrap_or_default();
            response.batch_item_failures.push(failure);
        }
    }
    response
}

async fn handle_message(message: &SqsMessage, deadline: Timestamp, deps: &Deps) -> Fate {
    let id = message.message_id.as_deref();
    let Ok(asked) = serde_json::from_str::<QueueMessage>(message.body.as_deref().unwrap_or_default()) else {
        // Trying again cannot help; the dead-letter queue keeps it for a person to see.
        tracing::error!(id, "a queue message that nobody understands");
        return Fate::Returned;
    };
    // On the heap: a run is a deep future.
    let done = match Box::pin(work(asked, deadline, deps)).await {
        Ok(done) => done,
        Err(error) => {
            let chain = telemetry::chain(&error);
            tracing::warn!(id, ?asked, chain, "delivery failed");
            match error {
                // An outage of the table is no fault of the message, nor is another worker who was faster.
                StoreError::Unavailable(_) | StoreError::Conflict => Done::Later(asked, OUTAGE),
                _ => return Fate::Returned,
            }
        }
    };
    let Done::Later(next, delay) = done else { return Fate::Acknowledged };
    // A new message instead of a return: a return would count towards the dead-letter queue.
    match deps.queue.enqueue_after(next, delay).await {
        Ok(()) => Fate::Acknowledged,
        Err(error) => {
            tracing::warn!(id, ?asked, %error, "could not be brought back");
            Fate::Returned
        }
    }
}

async fn work(asked: QueueMessage, deadline: Timestamp, deps: &Deps) -> Result<Done, StoreError> {
    match asked {
        QueueMessage::Parcel { school, send, parcel, place_at_s } => {
            let place_at = place_at_s.and_then(|second| Timestamp::from_second(second).ok());
            Parcel { school, send, number: parcel, place_at, deadline, deps }.deliver().await
        }
        QueueMessage::Reconcile { school, send, parcel, asked } => {
            reconcile::ask(school, send, parcel, asked, deadline, deps).await
        }
    }
}
