//! One import of a school at a time.

use api::{Problem, ProblemKind};
use domain::{
    id::{RandomToken, SchoolId},
    language::Phrase,
};
use store::StoreError;

use crate::deps::Deps;

/// Takes the lock of a school's imports, for a minute.
pub(crate) async fn take(deps: &Deps, school: SchoolId) -> Result<RandomToken, Problem> {
    let holder = RandomToken::generate();
    match deps.table.begin_import(school, holder, deps.clock.now()).await {
        Ok(()) => Ok(holder),
        Err(StoreError::Conflict) => Err(Problem::new(
            ProblemKind::ImportRunning,
            Phrase::fixed(
                "Attendez la fin de l’import en cours, quelques minutes au plus.",
                "Wait for the running import to end, some minutes at most.",
            ),
        )),
        Err(error) => Err(error.into()),
    }
}

/// Releases the lock of a request that committed nothing.
pub(crate) async fn release(deps: &Deps, school: SchoolId, holder: RandomToken) {
    if let Err(error) = deps.table.end_import(school, holder).await {
        // It expires after a minute.
        tracing::warn!(%error, "import lock not released");
    }
}
