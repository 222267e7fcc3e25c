//! Delivers the texts of parcels to carriers, block by block.

mod block;
mod deps;
mod handover;
mod job;
mod outcome;
mod pacing;
mod parcel;
mod reconcile;
mod run;
mod waiting;

pub use deps::Deps;

use std::time::Duration;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use jiff::Timestamp;
use queues::{Enqueued, QueueMessage};
use store::StoreError;
use telemetry::Counts;
use tracing::Instrument;

use crate::{job::DeliveryJob, outcome::JobOutcome};

/// The delay of a parcel while the table is unavailable.
const OUTAGE: Duration = Duration::from_secs(30);

/// The outcome of one queue message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    /// Handled.
    Acknowledged,
    /// Back to the queue, and to the dead-letter queue after the last attempt.
    Returned,
}

/// Handles a batch of queue messages, each with its own outcome. `deadline` is the function's timeout.
pub async fn handle(event: SqsEvent, deadline: Timestamp, deps: &Deps) -> SqsBatchResponse {
    let (mut response, mut counts) = (SqsBatchResponse::default(), Counts::default());
    for message in event.records {
        let span = telemetry::parcel_message(message.message_id.as_deref());
        if handle_message(&message, deadline, deps, &mut counts).instrument(span).await == Fate::Returned {
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.unwrap_or_default();
            response.batch_item_failures.push(failure);
        }
    }
    deps.metrics.tell("deliver", &counts, deps.clock.now());
    response
}

async fn handle_message(message: &SqsMessage, deadline: Timestamp, deps: &Deps, counts: &mut Counts) -> Fate {
    let Ok(enqueued) = serde_json::from_str::<Enqueued>(message.body.as_deref().unwrap_or_default()) else {
        // A retry would not help; the dead-letter queue stores it for the operator.
        tracing::error!("unreadable queue message");
        return Fate::Returned;
    };
    let asked = enqueued.message;
    let parcel = asked.parcel();
    telemetry::concerns_parcel(parcel);
    if let Some(delay) = waiting::since_it_was_due(message, enqueued, deps.clock.now()) {
        *counts += Counts::waited(delay);
    }
    // Per message: other messages of the batch may belong to other sends.
    let mut of_message = Counts::default();
    // Boxed: the future is deep.
    let done = Box::pin(work(asked, deadline, deps, &mut of_message)).await;
    *counts += of_message.of(parcel.school, parcel.send);
    let done = match done {
        Ok(done) => done,
        Err(error) => {
            tracing::warn!(chain = telemetry::chain(&error), "delivery failed");
            match error {
                // Neither an outage of the table nor a faster worker is a fault of the message.
                StoreError::Unavailable(_) | StoreError::Conflict => JobOutcome::Later(asked, OUTAGE),
                _ => return Fate::Returned,
            }
        }
    };
    let JobOutcome::Later(next, delay) = done else { return Fate::Acknowledged };
    // A new message: a return would count towards the dead-letter queue.
    match deps.queue.enqueue_after(next, delay).await {
        Ok(()) => Fate::Acknowledged,
        Err(error) => {
            tracing::warn!(chain = telemetry::chain(&error), "not enqueued again");
            Fate::Returned
        }
    }
}

async fn work(
    asked: QueueMessage,
    deadline: Timestamp,
    deps: &Deps,
    counts: &mut Counts,
) -> Result<JobOutcome, StoreError> {
    match asked {
        QueueMessage::Parcel { parcel, place_at_s } => {
            let place_at = place_at_s.and_then(|second| Timestamp::from_second(second).ok());
            let job = DeliveryJob { parcel, place_at, deadline, deps };
            parcel::deliver(&job, counts).await
        }
        QueueMessage::Reconcile { parcel, asked } => {
            reconcile::ask(parcel, asked, deadline, deps, counts).await
        }
    }
}
