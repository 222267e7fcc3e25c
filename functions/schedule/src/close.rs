//! The end of a send: every message gets a final state, whatever was lost, and unsent messages are refunded.

use std::time::Duration;

use domain::{
    delivery::{End, MessageState},
    id::{ParcelId, ParcelNumber},
    sending::Appointment,
};
use jiff::Timestamp;
use queues::QueueMessage;
use store::StoreError;
use telemetry::Counts;
use workflows::settle;

use crate::{deps::Deps, failure::RoundError, report::StepOutcome};

/// Ends an expired send. An unreadable parcel does not block the others.
pub(crate) async fn close(
    appointment: Appointment,
    deps: &Deps,
    now: Timestamp,
    counts: &mut Counts,
) -> Result<StepOutcome, RoundError> {
    let Appointment { school, send, parcels, .. } = appointment;
    let mut outcome = StepOutcome::Done;
    for number in deps.table.unsettled(school, send, parcels).await? {
        match end_parcel(&appointment, number, deps, now, counts).await {
            Ok(StepOutcome::Done) => {}
            Ok(StepOutcome::NotYet) => outcome = StepOutcome::NotYet,
            Err(RoundError::Store(StoreError::Unreadable(what))) => {
                tracing::error!(alarm = "unreadable", parcel = %number, what, "parcel unreadable");
            }
            Err(error) => return Err(error),
        }
    }
    if outcome == StepOutcome::Done {
        deps.table.done(appointment).await?;
    }
    Ok(outcome)
}

async fn end_parcel(
    appointment: &Appointment,
    number: ParcelNumber,
    deps: &Deps,
    now: Timestamp,
    counts: &mut Counts,
) -> Result<StepOutcome, RoundError> {
    let Appointment { school, send, .. } = *appointment;
    let parcel = ParcelId { school, send, number };
    let Some(stored) = deps.table.parcel(parcel).await? else { return Ok(StepOutcome::Done) };
    deps.table.retry_refund(&stored).await?;
    let mut progress = stored.progress.clone();
    // A worker that began before the expiry may still hold the parcel.
    let Ok(changed) = progress.end(End::Expired, now) else { return Ok(StepOutcome::NotYet) };
    if progress.states().any(|state| state == MessageState::Unknown) {
        // The worker that left it unknown may not have lived to ask the carrier. Before the write: a parcel
        // that is settled and lost its question would not be looked at again.
        let question = QueueMessage::Reconcile { parcel, asked: 0 };
        deps.queue.enqueue_after(question, Duration::from_secs(5)).await?;
    }
    if changed {
        settle(&deps.table, &stored, &stored.progress, &mut progress, counts).await?;
    }
    Ok(StepOutcome::Done)
}
