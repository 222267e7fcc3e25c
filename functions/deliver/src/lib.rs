//! Brings the texts of parcels to carriers, block after block.

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

use jiff::Timestamp;
use queues::{Enqueued, QueueMessage};
use runtime::batch::{self, BatchMessage, Fate, SqsBatchResponse, SqsEvent};
use store::StoreError;
use telemetry::Counts;

use crate::{job::DeliveryJob, outcome::JobOutcome};

/// How long a parcel rests when the table does not answer.
const OUTAGE: Duration = Duration::from_secs(30);

/// Handles a batch of queue messages. `deadline` is the instant at which the run is killed.
/// A message that fails never takes the others of its batch with it.
pub async fn handle(event: SqsEvent, deadline: Timestamp, deps: &Deps) -> SqsBatchResponse {
    let handle = |message| async move {
        let mut counts = Counts::default();
        let fate = handle_message(&message, deadline, deps, &mut counts).await;
        (fate, counts)
    };
    let (response, counts) = batch::one_by_one(event, handle).await;
    deps.metrics.tell("deliver", &counts, deps.clock.now());
    response
}

async fn handle_message(
    message: &BatchMessage,
    deadline: Timestamp,
    deps: &Deps,
    counts: &mut Counts,
) -> Fate {
    let Ok(enqueued) = serde_json::from_str::<Enqueued>(&message.body) else {
        // Trying again cannot help; the dead-letter queue keeps it for a person to see.
        tracing::error!("a queue message that nobody understands");
        return Fate::Retry;
    };
    let asked = enqueued.message;
    let parcel = asked.parcel();
    telemetry::concerns_parcel(parcel);
    if let Some(delay) = waiting::since_it_was_due(message, enqueued, deps.clock.now()) {
        *counts += Counts::waited(delay);
    }
    // Of one message; others of the batch may be about other sends.
    let mut of_message = Counts::default();
    // On the heap: a run is a deep future.
    let done = Box::pin(work(asked, deadline, deps, &mut of_message)).await;
    *counts += of_message.of(parcel.school, parcel.send);
    let done = match done {
        Ok(done) => done,
        Err(error) => {
            tracing::warn!(chain = telemetry::chain(&error), "delivery failed");
            match error {
                // An outage of the table is no fault of the message, nor is another worker who was faster.
                StoreError::Unavailable(_) | StoreError::Conflict => JobOutcome::Later(asked, OUTAGE),
                _ => return Fate::Retry,
            }
        }
    };
    let JobOutcome::Later(next, delay) = done else { return Fate::Done };
    // A new message instead of a return: a return would count towards the dead-letter queue.
    match deps.queue.enqueue_after(next, delay).await {
        Ok(()) => Fate::Done,
        Err(error) => {
            tracing::warn!(chain = telemetry::chain(&error), "could not be brought back");
            Fate::Retry
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
