//! Resumes interrupted erasures, and verifies those that had their first pass.

use std::time::Duration;

use domain::erasure::{Pending, Stage};
use futures_util::{StreamExt, stream};
use jiff::Timestamp;
use telemetry::Counts;
use tracing::Instrument;
use workflows::Erasing;

use crate::{
    deps::Deps,
    failure::{RoundError, log_failure},
    report::Report,
};

/// Concurrent erasures: each reads a whole directory.
const AT_ONCE: usize = 2;
/// The time limit: the next round continues the rest.
const A_ROUND: Duration = Duration::from_secs(50);

/// Resumes all due erasures. A failure does not block the others.
pub(crate) async fn resume_erasures(deps: &Deps, now: Timestamp, report: &mut Report, counts: &mut Counts) {
    let due = match deps.table.erasures_due(now).await {
        Ok(due) => due,
        Err(error) => return report.note_failure("erasures not read", &error.into()),
    };
    let gone = stream::iter(due)
        .map(|pending| {
            let span = tracing::info_span!("erasure", school = %pending.school, erasure = %pending.id);
            Box::pin(carry_on(pending, deps)).instrument(span)
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    for (stage, of_erasure) in gone {
        *counts += of_erasure;
        match stage {
            Some(Stage::Complete) => report.erased += 1,
            Some(Stage::Erasing | Stage::Checking) => {}
            None => report.failed += 1,
        }
    }
}

/// Resumes one. A failed one has counts, but no new stage.
async fn carry_on(pending: Pending, deps: &Deps) -> (Option<Stage>, Counts) {
    let (stage, mut counts) = (pending.stage, Counts::default());
    let erasing = Erasing { table: &deps.table, clock: &*deps.clock };
    let gone = tokio::time::timeout(A_ROUND, erasing.resume(pending, &mut counts)).await;
    let gone = gone.unwrap_or(Ok(stage)).map_err(RoundError::from);
    let stage = gone.inspect_err(|error| log_failure("erasure not resumed", error)).ok();
    (stage, counts)
}
