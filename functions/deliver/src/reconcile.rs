//! Reconciles unknown messages by querying the carrier.

use std::time::Duration;

use carriers::{Carrier, Found, Question, Sms};
use domain::{
    clock::earlier,
    delivery::{FailureReason, MessageState, Progress},
    id::ParcelId,
    sending::{PlannedMessage, Totals},
};
use futures_util::{StreamExt, stream};
use jiff::{SignedDuration, Timestamp};
use queues::QueueMessage;
use store::{FindingsError, StoreError, StoredParcel};
use telemetry::Counts;
use workflows::settle_findings;

use crate::{deps::Deps, outcome::JobOutcome};

/// The delays of the queries, in seconds after each other: at the first, the carrier may still be processing
/// the message.
const ASKED_AFTER_S: [u64; 3] = [60, 300, 900];

/// Queries get a small share of the carrier's rate: texts come first.
const ASKED_AT_ONCE: usize = 4;
/// A limit above the adapters' own timeouts.
const ANSWERS_WITHIN: Duration = Duration::from_secs(6);
/// Time to write the results.
const KEPT_BEFORE: SignedDuration = SignedDuration::from_secs(8);

/// The first query about a parcel.
pub(crate) fn first_question(message: QueueMessage) -> Option<(QueueMessage, Duration)> {
    let QueueMessage::Parcel { parcel, .. } = message else { return None };
    let question = QueueMessage::Reconcile { parcel, asked: 0 };
    Some((question, Duration::from_secs(ASKED_AFTER_S[0])))
}

/// The carrier that was tried for a message, if it supports queries, and the time of the attempt.
pub(crate) fn asked_carrier<'d>(
    progress: &Progress,
    index: u8,
    deps: &'d Deps,
) -> Option<(&'d dyn Carrier, Timestamp)> {
    let (name, at) = progress.asked(index)?;
    deps.carriers.get(name).filter(|carrier| carrier.can_be_asked()).map(|carrier| (carrier, at))
}

/// Queries the carrier about every unknown message of a parcel. A result advances the message; without one,
/// the query is repeated a few times. Never sends a message again.
pub(crate) async fn ask(
    parcel: ParcelId,
    asked: u8,
    deadline: Timestamp,
    deps: &Deps,
    counts: &mut Counts,
) -> Result<JobOutcome, StoreError> {
    let Some(stored) = deps.table.parcel(parcel).await? else {
        return Ok(JobOutcome::Finished);
    };
    deps.table.retry_refund(&stored).await?;
    if stored.progress.states().any(MessageState::is_open) {
        // A worker has it again: what is found out is noted once all is settled.
        let again = QueueMessage::Reconcile { parcel, asked };
        return Ok(JobOutcome::Later(again, Duration::from_secs(ASKED_AFTER_S[0])));
    }
    let is_last = usize::from(asked) + 1 == ASKED_AFTER_S.len();
    // Results are written before the timeout; another run queries the rest.
    let until = earlier(deadline, KEPT_BEFORE).duration_since(deps.clock.now());
    let enough = tokio::time::sleep(Duration::try_from(until).unwrap_or(Duration::ZERO));
    let doubtful = questions(&stored, is_last, deps).count();
    let findings: Vec<_> = stream::iter(questions(&stored, is_last, deps))
        .buffer_unordered(ASKED_AT_ONCE)
        .take_until(enough)
        .collect()
        .await;
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
    let is_news = progress != stored.progress;
    if is_news {
        let never_received = Totals::of(never_received.into_iter());
        match settle_findings(&deps.table, &stored, &mut progress, never_received, counts).await {
            Ok(()) => {}
            Err(FindingsError::Store(error)) => return Err(error),
            Err(FindingsError::MonthIsClosed) => {
                tracing::warn!("month closed before the carrier's answer: the messages stay unknown");
                return Ok(JobOutcome::Finished);
            }
        }
        tracing::info!("reconciled with the carrier");
    }
    // Every immediate repetition follows a settled message, so the repetitions end whatever the carrier
    // answers.
    if findings.len() < doubtful && is_news {
        let rest = QueueMessage::Reconcile { parcel, asked };
        return Ok(JobOutcome::Later(rest, Duration::from_secs(1)));
    }
    let left = findings.len() < doubtful || findings.iter().any(|(_, _, found)| *found == Found::Nothing);
    Ok(match ASKED_AFTER_S.get(usize::from(asked) + 1) {
        Some(seconds) if left => JobOutcome::Later(
            QueueMessage::Reconcile { parcel, asked: asked + 1 },
            Duration::from_secs(*seconds),
        ),
        _ => JobOutcome::Finished,
    })
}

/// A query for each unknown message without a receipt, to the carrier that may hold it.
fn questions<'a>(
    stored: &'a StoredParcel,
    is_last: bool,
    deps: &'a Deps,
) -> impl Iterator<Item = impl Future<Output = (u8, &'a PlannedMessage, Found)>> {
    let messages = (0_u8..).zip(stored.messages.iter().zip(stored.progress.states()));
    messages.filter_map(move |(index, (message, state))| {
        let message = message.whole()?;
        let is_doubtful = state == MessageState::Unknown && stored.receipts.of(index).is_none();
        let (carrier, tried_at) = asked_carrier(&stored.progress, index, deps).filter(|_| is_doubtful)?;
        Some(async move {
            let question = Question {
                sms: Sms {
                    id: stored.id.message(index),
                    to: message.phone,
                    text: &message.text,
                    earlier_attempts: stored.progress.attempts(index),
                    valid_for_s: 0,
                },
                tried_at,
                is_last,
            };
            let found = tokio::time::timeout(ANSWERS_WITHIN, carrier.find(&question)).await;
            (index, message, found.unwrap_or(Found::Nothing))
        })
    })
}
