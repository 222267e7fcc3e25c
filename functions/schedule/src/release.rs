//! A send whose hour has come: looked at again if it had to wait, then handed to the queue.

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

/// Releases a send, or what is left of it. Releasing twice does no harm.
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
    // It waited for its hour, or a halt set it aside since.
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

/// A text that waited for hours or days may no longer be right for somebody, or at all. Returns until when
/// it waits once more, if it has come so late that people are asleep.
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
            tracing::warn!(%barred, "a planned send is cancelled");
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

/// Calls back the messages that something is against and that no carrier was asked for. A parcel that a worker
/// has is left alone.
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
