//! Brings the texts of parcels to carriers, block after block.

mod parcel;

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

use parcel::{Done, Parcel};

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Reads parcels, writes their progress.
    pub table: Table,
    /// Brings a parcel back later.
    pub queue: Queue,
    /// The ways to the phones.
    pub carriers: Carriers,
    /// The time, for leases and retries.
    pub clock: Arc<dyn Clock>,
}

/// How long a parcel rests when the table does not answer.
const OUTAGE: Duration = Duration::from_secs(30);

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
    let Ok(QueueMessage::Parcel { school, send, parcel }) =
        serde_json::from_str(message.body.as_deref().unwrap_or_default())
    else {
        // Trying again cannot help; the dead-letter queue keeps it for a person to see.
        tracing::error!(id, "a queue message that nobody understands");
        return Fate::Returned;
    };
    let work = Parcel { school, send, number: parcel, deadline, deps };
    let done = match work.deliver().await {
        Ok(done) => done,
        Err(error) => {
            let chain = telemetry::chain(&error);
            tracing::warn!(id, %send, %parcel, chain, "delivery failed");
            match error {
                // An outage of the table is no fault of the message.
                StoreError::Unavailable(_) => Done::Later(OUTAGE),
                _ => return Fate::Returned,
            }
        }
    };
    let Done::Later(delay) = done else { return Fate::Acknowledged };
    // A new message instead of a return: a return would count towards the dead-letter queue.
    match deps.queue.enqueue_after(QueueMessage::Parcel { school, send, parcel }, delay).await {
        Ok(()) => Fate::Acknowledged,
        Err(error) => {
            tracing::warn!(id, %send, %parcel, %error, "could not be brought back");
            Fate::Returned
        }
    }
}
