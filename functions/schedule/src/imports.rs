//! Resumes imports whose writes are not complete.

use std::time::Duration;

use domain::id::{ImportId, SchoolId};
use futures_util::{StreamExt, stream};
use tracing::Instrument;
use workflows::Importing;

use crate::{
    deps::Deps,
    failure::{RoundError, log_failure},
    report::Report,
};

/// Concurrent imports: each holds a whole file.
const AT_ONCE: usize = 2;
/// The time limit: the next round continues the rest.
const A_ROUND: Duration = Duration::from_secs(50);

/// Resumes all imports, each where it stopped. A failure does not block the others.
pub(crate) async fn resume_imports(deps: &Deps, report: &mut Report) {
    let running = match deps.table.running_imports().await {
        Ok(running) => running,
        Err(error) => return report.note_failure("imports not read", &error.into()),
    };
    let completed = stream::iter(running)
        .map(|(school, import)| {
            let span = tracing::info_span!("import", %school, %import);
            Box::pin(carry_on(school, import, deps)).instrument(span)
        })
        .buffer_unordered(AT_ONCE)
        .collect::<Vec<_>>()
        .await;
    for completed in completed {
        match completed {
            Some(true) => report.imported += 1,
            Some(false) => {}
            None => report.failed += 1,
        }
    }
}

/// Resumes one. Returns whether it is complete; nothing if it failed.
async fn carry_on(school: SchoolId, import: ImportId, deps: &Deps) -> Option<bool> {
    let importing = Importing { table: &deps.table, clock: &*deps.clock };
    match tokio::time::timeout(A_ROUND, importing.resume(school, import)).await {
        Ok(Ok(is_complete)) => Some(is_complete),
        Ok(Err(error)) => {
            log_failure("import not resumed", &RoundError::from(error));
            None
        }
        Err(_) => Some(false),
    }
}
