//! The end of a send: whatever was lost on the way, each of its messages gets a final state, and what
//! nobody took is given back.

use std::time::Duration;

use jiff::Timestamp;
use shared::{
    delivery::{End, MessageState},
    queue::QueueMessage,
    sending::Send,
    store::{Appointment, Step},
};

use crate::{Deps, Kept, RoundError};

/// Ends a send that is past its time.
pub(crate) async fn close(appointment: Appointment, deps: &Deps, now: Timestamp) -> Result<Kept, RoundError> {
    let Appointment { school, send, parcels, .. } = appointment;
    for number in deps.table.unsettled(school, send, parcels).await? {
        let Some(stored) = deps.table.parcel(school, send, number).await? else { continue };
        if stored.owes_the_month {
            deps.table.give_back(&stored, &stored.progress).await?;
            continue;
        }
        let mut progress = stored.progress.clone();
        match progress.end(End::Expired, now) {
            Ok(true) => deps.table.keep(&stored, &mut progress).await?,
            Ok(false) => {}
            // A worker that began before the expiry is still at it.
            Err(_) => return Ok(Kept::NotYet),
        }
        if progress.states().any(|state| state == MessageState::Unknown) {
            // The worker that left it unknown may not have lived to ask the carrier.
            let question = QueueMessage::Reconcile { school, send, parcel: number, asked: 0 };
            deps.queue.enqueue_after(question, Duration::ZERO).await?;
        }
    }
    let forgotten_at = appointment.due_at.saturating_add(Send::RETENTION).unwrap_or(Timestamp::MAX);
    let forget = Appointment { at: forgotten_at, step: Step::Forget, ..appointment };
    deps.table.postpone(appointment, forget).await?;
    Ok(Kept::Done)
}
