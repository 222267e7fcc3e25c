//! Consumes the dead-letter queue: no message disappears silently.
//!
//! The messages of an exhausted parcel fail in the sent log and their price is refunded; every dead letter is
//! stored for the operator.

mod masking;

use std::sync::Arc;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent, SqsMessage};
use domain::{clock::Clock, delivery::End, id::ParcelId};
use jiff::Timestamp;
use queues::QueueMessage;
use store::{DeadLetter, StoreError, Table};
use telemetry::{Counts, Metrics};
use tracing::Instrument;
use workflows::settle;

use self::masking::masked;

/// Dependencies of this function.
#[derive(Clone)]
pub struct Deps {
    /// Parcels and the list of dead letters.
    pub table: Table,
    pub metrics: Metrics,
    pub clock: Arc<dyn Clock>,
}

/// The stored length of a body: our own queue messages are shorter.
const BODY_KEPT: usize = 256;

/// Reasons to leave a dead letter in the queue for now.
#[derive(Debug, thiserror::Error)]
enum NotYet {
    /// The last worker's lease has not expired.
    #[error("a worker may still hold the parcel")]
    WorkerAlive,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Handles a batch of dead letters. Reports those to retry as batch item failures.
pub async fn handle(event: SqsEvent, deps: &Deps) -> SqsBatchResponse {
    let (mut response, mut counts) = (SqsBatchResponse::default(), Counts::default());
    for message in event.records {
        let span = telemetry::parcel_message(message.message_id.as_deref());
        // Boxed: the future is deep.
        let buried = Box::pin(bury(&message, deps, &mut counts)).instrument(span.clone()).await;
        if let Err(error) = buried {
            span.in_scope(|| tracing::warn!(chain = telemetry::chain(&error), "dead letter deferred"));
            let mut failure = BatchItemFailure::default();
            failure.item_identifier = message.message_id.unwrap_or_default();
            response.batch_item_failures.push(failure);
        }
    }
    deps.metrics.tell("deadletters", &counts, deps.clock.now());
    response
}

async fn bury(message: &SqsMessage, deps: &Deps, counts: &mut Counts) -> Result<(), NotYet> {
    let body = message.body.as_deref().unwrap_or_default();
    let asked = serde_json::from_str::<QueueMessage>(body);
    if let Ok(asked) = asked {
        telemetry::concerns_parcel(asked.parcel());
    }
    let fate = match asked {
        Ok(QueueMessage::Parcel { parcel, .. }) => match give_up(parcel, deps, counts).await {
            Err(NotYet::Store(StoreError::Unreadable(_))) => "its parcel cannot be read",
            result => {
                result?;
                "the messages that were left failed in the sent log"
            }
        },
        Ok(QueueMessage::Reconcile { .. }) => "the carrier was not asked; the messages stay unknown",
        Err(_) => "nobody understands it; its send, if it had one, ends at its expiry",
    };
    let message_id = message.message_id.clone().unwrap_or_default();
    tracing::error!(alarm = "dead_letter", fate, "dead letter recorded");
    let body = kept(body, asked.ok());
    let letter = DeadLetter { message_id, sent_at: sent_at(message, deps), body, fate: fate.to_owned() };
    Ok(deps.table.put_dead_letter(letter).await?)
}

/// The stored part of a body. A known message is serialised again and holds identifiers only; any other body
/// may be a report with the phone number of a STOP.
fn kept(body: &str, understood: Option<QueueMessage>) -> String {
    let in_our_words = understood.and_then(|message| serde_json::to_string(&message).ok());
    // Masked before truncation: the first half of a number would not be recognised.
    let words = in_our_words.unwrap_or_else(|| masked(body));
    words.chars().take(BODY_KEPT).collect()
}

/// The time of enqueueing: the same on every delivery of the message.
fn sent_at(message: &SqsMessage, deps: &Deps) -> Timestamp {
    let milliseconds = message.attributes.get("SentTimestamp").and_then(|text| text.parse().ok());
    milliseconds
        .and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok())
        .unwrap_or_else(|| deps.clock.now())
}

/// What a parcel that the queue gave up has left: unknown where a carrier may have been asked, failed
/// where none was.
async fn give_up(parcel: ParcelId, deps: &Deps, counts: &mut Counts) -> Result<(), NotYet> {
    let Some(stored) = deps.table.parcel(parcel).await? else { return Ok(()) };
    if deps.table.retry_refund(&stored).await? {
        return Ok(());
    }
    let mut progress = stored.progress.clone();
    let changed = progress.end(End::Exhausted, deps.clock.now()).map_err(|_| NotYet::WorkerAlive)?;
    if changed {
        let mut settled = Counts::default();
        let result = settle(&deps.table, &stored, &stored.progress, &mut progress, &mut settled).await;
        if settled != Counts::default() {
            *counts += settled.of(parcel.school, parcel.send);
        }
        result?;
    }
    Ok(())
}
