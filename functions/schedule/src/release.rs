//! Releases a due send: rechecks it if it waited, then enqueues its parcels.

use domain::{
    delivery::{Cancellation, Progress},
    id::{ParcelId, ParcelNumber},
    sending::{Appointment, Origin, PlannedMessage, Send},
};
use jiff::Timestamp;
use store::{StoreError, StoredParcel};
use telemetry::Counts;
use workflows::settle;

use crate::{deps::Deps, failure::RoundError, report::StepOutcome};

/// Releases a send, or its remaining parcels. Safe to repeat.
pub(crate) async fn release(
    appointment: Appointment,
    deps: &Deps,
    now: Timestamp,
    counts: &mut Counts,
) -> Result<StepOutcome, RoundError> {
    let Some(send) = deps.table.send(appointment.school, appointment.send).await? else {
        deps.table.done(appointment).await?;
        return Ok(StepOutcome::Done);
    };
    // It was scheduled, or a halt delayed it.
    let waited = send.wait.is_some() || send.due_at < appointment.at;
    if waited
        && send.origin != Origin::Test
        && appointment.first_parcel == 0
        && let Some(morning) = look_again(&appointment, &send, deps, now, counts).await?
    {
        deps.table.postpone(appointment, Appointment { at: morning, ..appointment }).await?;
        return Ok(StepOutcome::NotYet);
    }
    match deps.queue.enqueue(appointment).await? {
        None => deps.table.done(appointment).await?,
        Some(rest) => deps.table.postpone(appointment, rest).await?,
    }
    Ok(StepOutcome::Done)
}

/// Rechecks a send after hours or days: recipients, licence and settings may have changed. Returns the end of
/// the quiet hours if the release falls into them.
async fn look_again(
    appointment: &Appointment,
    send: &Send,
    deps: &Deps,
    now: Timestamp,
    counts: &mut Counts,
) -> Result<Option<Timestamp>, StoreError> {
    let standing = deps.table.standing(appointment.school).await?;
    let licensed = match standing.check(now) {
        Ok(licensed) => licensed,
        Err(barred) => {
            tracing::warn!(%barred, "scheduled send cancelled");
            recheck(appointment, deps, counts, |_| Some(Cancellation::SendingBarred)).await?;
            return Ok(None);
        }
    };
    let school = licensed.school();
    let local = now.to_zoned(school.time_zone().clone());
    if let Some(morning) = school.quiet_hours.filter(|_| !send.urgent).and_then(|hours| hours.end(&local)) {
        return Ok(Some(morning));
    }
    let directory = deps.table.directory(appointment.school).await?;
    recheck(appointment, deps, counts, |message| message.recheck(send.context, &directory)).await?;
    Ok(None)
}

/// Cancels messages that no carrier received and for which `against` gives a reason. Skips parcels held by a
/// worker.
async fn recheck(
    appointment: &Appointment,
    deps: &Deps,
    counts: &mut Counts,
    against: impl Fn(&PlannedMessage) -> Option<Cancellation>,
) -> Result<(), StoreError> {
    let (school, send) = (appointment.school, appointment.send);
    for number in (0..appointment.parcels).map(ParcelNumber) {
        let Some(stored) = deps.table.parcel(ParcelId { school, send, number }).await? else { continue };
        if deps.table.retry_refund(&stored).await? || stored.progress.is_claimed(deps.clock.now()) {
            continue;
        }
        let mut progress = stored.progress.clone();
        cancel(&mut progress, &stored, &against);
        if progress != stored.progress {
            settle(&deps.table, &stored, &stored.progress, &mut progress, counts).await?;
        }
    }
    Ok(())
}

fn cancel(
    progress: &mut Progress,
    stored: &StoredParcel,
    against: impl Fn(&PlannedMessage) -> Option<Cancellation>,
) {
    for (index, message) in stored.whole_messages() {
        if let Some(reason) = against(message) {
            progress.cancel(index, reason);
        }
    }
}
