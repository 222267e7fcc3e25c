//! Notes what carriers told: a batch of receipts is folded into one write for each parcel, and numbers whose
//! owners say stop are closed.

mod batch;
mod deps;
mod failure;
mod fold;
mod resolve;
mod stop;

pub use deps::Deps;

use domain::clock::earlier;
use jiff::{SignedDuration, Timestamp};
use runtime::batch::{SqsBatchResponse, SqsEvent, messages, retrying};
use telemetry::Counts;

/// Nothing is asked any more so long before a run is killed. A carrier that does not answer takes twelve seconds, and
/// what is known by then is to be noted.
const TIME_TO_NOTE: SignedDuration = SignedDuration::from_secs(15);

/// Handles a batch of reports. One that cannot be noted now comes again, and never takes the others with it.
/// `deadline` is the instant at which the run is killed.
pub async fn handle(event: SqsEvent, deadline: Timestamp, deps: &Deps) -> SqsBatchResponse {
    let asks_until = earlier(deadline, TIME_TO_NOTE);
    let mut counts = Counts::default();
    // On the heap: a batch is a deep future.
    let failed = Box::pin(batch::note(messages(event), asks_until, deps, &mut counts)).await;
    deps.metrics.tell("receipts", &counts, deps.clock.now());
    retrying(failed)
}
