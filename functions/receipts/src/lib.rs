//! Records carriers' reports: folds a batch of receipts into one write per parcel, and records opt-outs.

mod batch;
mod deps;
mod failure;
mod fold;
mod resolve;
mod stop;

pub use deps::Deps;

use aws_lambda_events::sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent};
use domain::clock::earlier;
use jiff::{SignedDuration, Timestamp};
use telemetry::Counts;

/// The last query starts this long before the timeout. A silent carrier takes twelve seconds, and the results
/// must still be written.
const TIME_TO_NOTE: SignedDuration = SignedDuration::from_secs(15);

/// Handles a batch of reports, each with its own outcome. `deadline` is the function's timeout.
pub async fn handle(event: SqsEvent, deadline: Timestamp, deps: &Deps) -> SqsBatchResponse {
    let asks_until = earlier(deadline, TIME_TO_NOTE);
    let mut counts = Counts::default();
    // Boxed: the future is deep.
    let failed = Box::pin(batch::note(event, asks_until, deps, &mut counts)).await;
    deps.metrics.tell("receipts", &counts, deps.clock.now());
    let mut response = SqsBatchResponse::default();
    for id in failed {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    response
}
