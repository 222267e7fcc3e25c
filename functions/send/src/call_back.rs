//! Calling messages back before they leave: the write of a parcel and the claim of a worker exclude each
//! other, and one of them comes first.

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

/// How often a parcel is read again that somebody else is writing.
const ATTEMPTS: u32 = 8;

/// How many messages were called back.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CalledBack {
    /// Messages that are cancelled now, of those that were meant.
    pub cancelled: usize,
    /// Messages that were meant and had left, or were leaving.
    pub too_late: usize,
}

/// Why messages are called back, and who says so.
pub(crate) struct Reason {
    pub cancellation: Cancellation,
    /// For the audit, with the first parcel that is written: where nothing is called back, nothing was done.
    pub entry: Entry,
}

/// What one calling back has done so far.
struct Doing {
    cancellation: Cancellation,
    /// None once it is written.
    entry: Option<Entry>,
    counts: Counts,
}

/// Calls back the messages that are meant and that no carrier was asked for, in the parcels that no worker has in
/// hand. The write of a parcel and the claim of a worker exclude each other: one of them comes first.
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
        // Somebody else may call others of the same parcel back in this moment, or a worker claim it.
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

/// Calls back the messages of one parcel. A conflict means that somebody else wrote in between.
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
