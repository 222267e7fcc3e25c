//! Finding out what became of messages of which nobody knows, by asking the carrier.

use std::time::Duration;

use futures_util::future::join_all;
use shared::{
    carrier::Found,
    delivery::{FailureReason, MessageState},
    id::{SchoolId, SendId},
    queue::QueueMessage,
    sending::{MessageReference, ParcelNumber, PlannedMessage, Totals},
    store::StoreError,
};

use crate::{Deps, Done};

/// When the carrier is asked, in seconds after each other: it may still have been at it the first time.
const ASKED_AFTER_S: [u64; 3] = [60, 300, 900];

/// The first question about a parcel, if its carriers can be asked about any of its messages of which
/// nobody knows.
pub(crate) fn first_question(
    message: QueueMessage,
    unknown: &[&PlannedMessage],
    deps: &Deps,
) -> Option<(QueueMessage, Duration)> {
    let QueueMessage::Parcel { school, send, parcel, .. } = message else { return None };
    let can_be_asked = unknown.iter().any(|unknown| deps.carriers.for_number(unknown.phone).can_be_asked());
    let question = QueueMessage::Reconcile { school, send, parcel, asked: 0 };
    can_be_asked.then_some((question, Duration::from_secs(ASKED_AFTER_S[0])))
}

/// Asks about every message of a parcel of which nobody knows. What was found moves it forward; what was
/// not found is asked again, a few times. Nothing is ever sent again here.
pub(crate) async fn ask(
    school: SchoolId,
    send: SendId,
    number: ParcelNumber,
    asked: u8,
    deps: &Deps,
) -> Result<Done, StoreError> {
    let Some(stored) = deps.table.parcel(school, send, number).await? else { return Ok(Done::Finished) };
    if stored.owes_the_month {
        deps.table.give_back(&stored, &stored.progress).await?;
    }
    if stored.progress.states().any(MessageState::is_open) {
        // A worker has it again: what is found out is noted once all is settled.
        let again = QueueMessage::Reconcile { school, send, parcel: number, asked };
        return Ok(Done::Later(again, Duration::from_secs(ASKED_AFTER_S[0])));
    }
    let unknown = (0_u8..).zip(stored.parcel.messages.iter().zip(stored.progress.states()));
    let unknown = unknown.filter(|(_, (message, state))| {
        *state == MessageState::Unknown && deps.carriers.for_number(message.phone).can_be_asked()
    });
    let questions = unknown.map(|(index, (message, _))| async move {
        let reference = MessageReference { send, parcel: number, index };
        (index, message, deps.carriers.for_number(message.phone).find(reference).await)
    });
    let findings = join_all(questions).await;
    let (mut progress, mut never_received) = (stored.progress.clone(), Vec::new());
    for (index, message, found) in &findings {
        match found {
            Found::Accepted => {
                progress.advance(*index, MessageState::Sent);
            }
            Found::NeverReceived => {
                if progress.advance(*index, MessageState::Failed(FailureReason::NeverReceived)) {
                    never_received.push(*message);
                }
            }
            Found::Nothing => {}
        }
    }
    if progress != stored.progress {
        let never_received = Totals::of(never_received.into_iter());
        deps.table.keep_findings(&stored, &mut progress, never_received).await?;
        tracing::info!(%school, %send, parcel = %number, "what the carrier knew was noted");
    }
    let left = findings.iter().any(|(_, _, found)| *found == Found::Nothing);
    Ok(match ASKED_AFTER_S.get(usize::from(asked) + 1) {
        Some(seconds) if left => Done::Later(
            QueueMessage::Reconcile { school, send, parcel: number, asked: asked + 1 },
            Duration::from_secs(*seconds),
        ),
        _ => Done::Finished,
    })
}
