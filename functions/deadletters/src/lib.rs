//! Takes what ended in the dead-letter queue: nothing disappears silently.
//!
//! The messages of an exhausted parcel fail in the sent log and their price is refunded; every dead
//! letter is kept for the operator to see.

mod masking;

use std::sync::Arc;

use domain::{clock::Clock, delivery::End, id::ParcelId};
use queues::QueueMessage;
use runtime::{
    Services,
    batch::{self, BatchMessage, Fate, SqsBatchResponse, SqsEvent},
};
use store::{DeadLetter, StoreError, Table};
use telemetry::{Counts, Metrics};
use workflows::settle;

use self::masking::masked;

/// What this function may use.
#[derive(Clone)]
pub struct Deps {
    /// Parcels, and the list of dead letters.
    pub table: Table,
    /// ReportedStatus what failed.
    pub metrics: Metrics,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

impl Deps {
    /// Those parts of the service.
    pub fn new<S: Services>(services: &S) -> Result<Self, S::Error> {
        Ok(Self { table: services.table()?, metrics: services.metrics(), clock: services.clock() })
    }
}

/// As much of a body as is kept: a queue message of ours is shorter.
const BODY_KEPT: usize = 256;

/// Why a dead letter stays where it is for now.
#[derive(Debug, thiserror::Error)]
enum NotYet {
    /// The last worker may be alive.
    #[error("a worker may still be at it")]
    WorkerAlive,
    /// The table.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Handles a batch of dead letters. One that cannot be handled now comes again.
pub async fn handle(event: SqsEvent, deps: &Deps) -> SqsBatchResponse {
    let handle = |message| async move {
        let mut counts = Counts::default();
        match record_dead_letter(message, deps, &mut counts).await {
            Ok(()) => (Fate::Done, counts),
            Err(error) => {
                tracing::warn!(chain = telemetry::chain(&error), "a dead letter waits");
                (Fate::Retry, counts)
            }
        }
    };
    let (response, counts) = batch::one_by_one(event, handle).await;
    deps.metrics.tell("deadletters", &counts, deps.clock.now());
    response
}

async fn record_dead_letter(message: BatchMessage, deps: &Deps, counts: &mut Counts) -> Result<(), NotYet> {
    let asked = serde_json::from_str::<QueueMessage>(&message.body);
    if let Ok(asked) = asked {
        telemetry::concerns_parcel(asked.parcel());
    }
    let fate = match asked {
        Ok(QueueMessage::Parcel { parcel, .. }) => match give_up(parcel, deps, counts).await {
            Err(NotYet::Store(StoreError::Unreadable(_))) => "its parcel cannot be read",
            result => {
                result?;
                "the remaining messages failed in the sent log"
            }
        },
        Ok(QueueMessage::Reconcile { .. }) => "the carrier was not asked; the messages stay unknown",
        Err(_) => "nobody understands it; its send, if it had one, ends at its expiry",
    };
    tracing::error!(alarm = "dead_letter", fate, "dead letter recorded");
    let letter = DeadLetter {
        sent_at: message.sent_at.unwrap_or_else(|| deps.clock.now()),
        body: kept(&message.body, asked.ok()),
        message_id: message.id,
        fate: fate.to_owned(),
    };
    Ok(deps.table.put_dead_letter(letter).await?)
}

/// What is kept of a body. What we understand is told in our own words, which are identifiers; anything else may
/// be a report with the number of somebody who said STOP.
fn kept(body: &str, understood: Option<QueueMessage>) -> String {
    let in_our_words = understood.and_then(|message| serde_json::to_string(&message).ok());
    // Masked before it is cut: the first half of a number is told by nobody.
    let words = in_our_words.unwrap_or_else(|| masked(body));
    words.chars().take(BODY_KEPT).collect()
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
