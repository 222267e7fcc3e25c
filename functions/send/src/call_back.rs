//! Cancels messages before they leave: the write of a parcel and the claim of a worker exclude each other,
//! and one of them comes first.

use domain::{
    audit::Entry,
    delivery::{Cancellation, MessageState, Progress},
    id::{ParcelId, ParcelNumber, SchoolId},
    sending::{PlannedMessage, Send},
};
use store::StoreError;
use telemetry::Counts;
use workflows::settle_with;

use crate::deps::Deps;

/// Attempts at a parcel under concurrent writes.
const ATTEMPTS: u32 = 8;

/// The result of a cancellation.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CalledBack {
    /// Selected messages that are cancelled now.
    pub cancelled: usize,
    /// Selected messages that had left, or were leaving.
    pub too_late: usize,
}

/// The reason of a cancellation, with its audit entry.
pub(crate) struct Reason {
    pub cancellation: Cancellation,
    /// Written with the first parcel: without a cancelled message there is no entry.
    pub entry: Entry,
}

/// A cancellation in progress.
struct Doing {
    cancellation: Cancellation,
    /// None once written.
    entry: Option<Entry>,
    counts: Counts,
}

/// Cancels the selected messages that no carrier received, in parcels without a worker's claim. The write of
/// a parcel and the claim of a worker exclude each other: one of them comes first.
pub(crate) async fn call_back(
    deps: &Deps,
    school: SchoolId,
    send: &Send,
    is_meant: impl Fn(&PlannedMessage) -> bool,
    reason: Reason,
) -> Result<CalledBack, StoreError> {
    let Reason { cancellation, entry } = reason;
    let mut doing = Doing { cancellation, entry: Some(entry), counts: Counts::default() };
    let called_back = call_all_back(deps, school, send, is_meant, &mut doing).await;
    deps.tell(&doing.counts.of(school, send.id));
    called_back
}

async fn call_all_back(
    deps: &Deps,
    school: SchoolId,
    send: &Send,
    is_meant: impl Fn(&PlannedMessage) -> bool,
    doing: &mut Doing,
) -> Result<CalledBack, StoreError> {
    let mut called_back = CalledBack::default();
    for number in (0..send.parcels).map(ParcelNumber) {
        // A concurrent cancellation of other messages, or a worker's claim.
        let mut attempts = 0..ATTEMPTS;
        let of_parcel = loop {
            match call_back_of(deps, ParcelId { school, send: send.id, number }, &is_meant, doing).await {
                Err(StoreError::Conflict) if attempts.next().is_some() => {}
                result => break result?,
            }
        };
        called_back.cancelled += of_parcel.cancelled;
        called_back.too_late += of_parcel.too_late;
    }
    Ok(called_back)
}

/// Cancels messages of one parcel. A conflict means a concurrent write.
async fn call_back_of(
    deps: &Deps,
    parcel: ParcelId,
    is_meant: impl Fn(&PlannedMessage) -> bool,
    doing: &mut Doing,
) -> Result<CalledBack, StoreError> {
    let Some(stored) = deps.table.parcel(parcel).await? else {
        return Ok(CalledBack::default());
    };
    let meant = stored.whole_messages().filter(|(_, message)| is_meant(message));
    let meant: Vec<u8> = meant.map(|(index, _)| index).collect();
    let mut progress = stored.progress.clone();
    if !deps.table.retry_refund(&stored).await? && !progress.is_claimed(deps.clock.now()) {
        meant.iter().for_each(|index| {
            progress.cancel(*index, doing.cancellation);
        });
        if progress != stored.progress {
            let Doing { entry, counts, .. } = doing;
            settle_with(&deps.table, &stored, &stored.progress, &mut progress, entry, counts).await?;
        }
    }
    let cancelled = count_cancelled(&progress, &meant);
    Ok(CalledBack { cancelled, too_late: meant.len() - cancelled })
}

fn count_cancelled(progress: &Progress, meant: &[u8]) -> usize {
    let states: Vec<MessageState> = progress.states().collect();
    let is_cancelled =
        |index: &&u8| matches!(states.get(usize::from(**index)), Some(MessageState::Cancelled(_)));
    meant.iter().filter(is_cancelled).count()
}
