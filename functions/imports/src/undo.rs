//! `POST /v1/imports/{id}/undo`: the last import is taken back.

use std::collections::HashMap;

use api::{AdminOf, PathId, Problem, ProblemKind, Tenant};
use axum::{Extension, Json, extract::State, http::StatusCode};
use domain::{
    audit::{About, Act},
    directory::Person,
    id::{ImportId, PersonId, RandomToken},
    import::{Import, ImportStage},
    language::{Language, Phrase},
};
use store::{ImportContent, StoreError};

use crate::{
    apply::{carry_out, progress},
    deps::Deps,
    import_body::ImportBody,
    lock,
    show::{discarded, find, kept_report},
};

/// Undo the last import
///
/// For seven days. New people are deleted, changed and archived ones are restored. People who were changed after the
/// import stay as they are. A repeated request changes nothing.
#[utoipa::path(
    post,
    path = "/v1/imports/{id}/undo",
    operation_id = "undoImport",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = ImportId, Path, description = "The import.")),
    responses(
        (status = OK, description = "The import, undone.", body = ImportBody),
        (status = ACCEPTED, description = "The undoing in progress.", body = ImportBody),
        (status = CONFLICT, description = "Not the last import, or not applied yet."),
    ),
)]
pub(crate) async fn undo(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    PathId(id): PathId<ImportId>,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    let import = find(&deps, tenant.school, id).await?;
    match import.stage {
        ImportStage::Applied => {
            commit_under_lock(&deps, &tenant, import).await?;
            carry_out(&deps, tenant.school, id).await?;
        }
        ImportStage::Undoing | ImportStage::Undone => {}
        ImportStage::Planned | ImportStage::Applying => return Err(not_applied()),
    }
    progress(&deps, tenant.school, id, language).await
}

async fn commit_under_lock(deps: &Deps, tenant: &Tenant, import: Import) -> Result<(), Problem> {
    let holder = lock::take(deps, tenant.school).await?;
    let committed = commit(deps, tenant, import, holder).await;
    if committed.is_err() {
        lock::release(deps, tenant.school, holder).await;
    }
    committed
}

async fn commit(deps: &Deps, tenant: &Tenant, import: Import, holder: RandomToken) -> Result<(), Problem> {
    let imports = deps.table.imports(tenant.school).await?;
    let is_last = imports.iter().all(|other| {
        let was_applied = match other.stage {
            ImportStage::Applying | ImportStage::Applied => true,
            ImportStage::Planned | ImportStage::Undoing | ImportStage::Undone => false,
        };
        other.id == import.id || !was_applied || other.since < import.since
    });
    if !is_last {
        return Err(not_last());
    }
    let changes = deps.table.import_changes(tenant.school, import.id, ImportContent::Changes).await?;
    let changes = changes.ok_or_else(discarded)?;
    let people = deps.table.all_people(tenant.school).await?;
    let present: HashMap<PersonId, &Person> = people.iter().map(|person| (person.id, person)).collect();
    let (mut undo, mut left_alone) = (Vec::new(), Vec::new());
    // Last first: guardians lose their new ties before the pupils are deleted.
    for change in changes.into_iter().rev() {
        let id = change.person().id;
        if import.left_alone.contains(&id) {
            left_alone.push(id);
            continue;
        }
        match change.taken_back(present.get(&id).copied()) {
            Ok(change) => undo.extend(change),
            Err(since) => left_alone.push(since.0),
        }
    }
    let writes = u32::try_from(undo.len()).expect("an import has at most 20,000 lines");
    let kept = Import { since: deps.clock.now(), ..import.clone() };
    deps.table.put_import_changes(&kept, ImportContent::Undo, undo).await?;
    // For another week, like the import.
    let report = kept_report(deps, &import).await?;
    deps.table.put_import_content(&kept, ImportContent::Report, &report).await?;
    let entry = tenant.does(Act::ImportUndone, deps.clock.now()).about(About::Import(import.id));
    match deps.table.commit_import(&import, holder, ImportStage::Undoing, writes, entry).await {
        Err(StoreError::Conflict) => return Err(not_applied()),
        result => result?,
    }
    tracing::info!(writes, left_alone = left_alone.len(), "undo committed");
    let undoing = Import { stage: ImportStage::Undoing, ..import };
    if let Err(error) = deps.table.note_import(&undoing, 0, &left_alone).await {
        // The undo is committed: they stay as they are without a word in the report.
        tracing::warn!(chain = telemetry::chain(&error), "people left alone not noted");
    }
    Ok(())
}

fn not_applied() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Cet import n’a pas fini d’être appliqué : il n’y a rien à annuler.",
            "This import is not applied yet: there is nothing to undo.",
        ),
    )
}

fn not_last() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Un autre import a été appliqué depuis : annulez d’abord celui-là.",
            "Another import was applied since: undo that one first.",
        ),
    )
}
