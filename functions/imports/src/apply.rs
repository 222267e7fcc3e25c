//! `POST /v1/imports/{id}/apply`: the plan that was seen, with decisions about doubtful people.

use std::collections::BTreeMap;

use api::{
    AdminOf, FieldError, FieldErrors, JsonBody, ListOf, PageLimit, PathId, Problem, ProblemKind, Tenant,
    TextOf,
};
use axum::{Extension, Json, extract::State, http::StatusCode};
use deserr::Deserr;
use domain::{
    audit::{About, Act, Entry, Figure},
    id::{ImportId, PersonId, RandomToken, SchoolId},
    import::{Guard, Import, ImportStage},
    language::{Language, Phrase},
};
use roster::{Decision, DoubtReason, RecordId};
use store::{ImportContent, StoreError};
use utoipa::ToSchema;
use workflows::Importing;

use crate::{
    deps::Deps,
    import_body::ImportBody,
    lock,
    plan::{Planned, home},
    report::{Report, Row, RowOutcome},
    show::{Page, find, show_import, upload_of},
    upload_content::Upload,
};

/// The most decisions in a request: more doubts than this are a wrong file.
const MAX_DECISIONS: usize = 2_000;
type Decisions = ListOf<DecisionBody, MAX_DECISIONS>;
type Confirmed = ListOf<Guard, { Guard::ALL.len() }>;

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = ImportApplication, examples(json!({
    "digest": "3f0c9a1e5b7d42868a90c1d2e3f40516",
    "decisions": [
        { "record": "pupil-12", "person": "per_01J0000000000000000000000A" },
        { "record": "adult-3", "new": true },
    ],
    "confirmed": ["many_archived"],
})))]
pub(crate) struct ApplyBody {
    /// The digest of the plan that was seen.
    digest: TextOf<64>,
    /// Who doubtful people are. Those without a decision are not imported.
    #[deserr(default)]
    decisions: Option<Decisions>,
    /// The guards of the plan: the file is the right one.
    #[deserr(default)]
    confirmed: Option<Confirmed>,
}

/// Either `person` or `new`.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = ImportDecision)]
struct DecisionBody {
    /// The `record` of a doubtful person.
    record: TextOf<32>,
    /// One of the candidates: it is the same person.
    #[deserr(default)]
    person: Option<PersonId>,
    /// Whether the person is new.
    #[deserr(default)]
    new: Option<bool>,
}

/// Apply an import
///
/// Exactly the plan of the digest. Writes that take longer than the request are completed in the background; the import
/// shows their progress. A repeated request changes nothing.
#[utoipa::path(
    post,
    path = "/v1/imports/{id}/apply",
    operation_id = "applyImport",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = ImportId, Path, description = "The import.")),
    request_body = ApplyBody,
    responses(
        (status = OK, description = "The applied import.", body = ImportBody),
        (status = ACCEPTED, description = "The import in progress.", body = ImportBody),
        (status = PRECONDITION_FAILED, description = "The plan is another one by now."),
        (status = CONFLICT, description = "Another import is running, or this one was undone."),
    ),
)]
pub(crate) async fn apply(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    PathId(id): PathId<ImportId>,
    JsonBody { value: body, .. }: JsonBody<ApplyBody>,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    let import = find(&deps, tenant.school, id).await?;
    match import.stage {
        ImportStage::Planned => {
            commit_under_lock(&deps, &tenant, import, &body).await?;
            carry_out(&deps, tenant.school, id).await?;
        }
        ImportStage::Applying | ImportStage::Applied => {}
        ImportStage::Undoing | ImportStage::Undone => return Err(undone()),
    }
    progress(&deps, tenant.school, id, language).await
}

/// Carries out the writes of an import that this request has committed, as far as a request allows.
pub(crate) async fn carry_out(deps: &Deps, school: SchoolId, id: ImportId) -> Result<(), Problem> {
    let importing = Importing { table: &deps.table, clock: &*deps.clock };
    let import = find(deps, school, id).await?;
    let limit = Import::REQUEST.unsigned_abs();
    match tokio::time::timeout(limit, importing.carry_out(import)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => {
            tracing::warn!(chain = telemetry::chain(&error), "import not complete; the schedule resumes it");
        }
        Err(_) => tracing::info!("the schedule completes the import"),
    }
    Ok(())
}

/// Shows how far an import is.
pub(crate) async fn progress(
    deps: &Deps,
    school: SchoolId,
    id: ImportId,
    language: Language,
) -> Result<(StatusCode, Json<ImportBody>), Problem> {
    let import = find(deps, school, id).await?;
    let body = show_import(deps, import, Page::first(PageLimit::default()), language).await?;
    let status = if body.is_running() { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(body)))
}

async fn commit_under_lock(
    deps: &Deps,
    tenant: &Tenant,
    import: Import,
    body: &ApplyBody,
) -> Result<(), Problem> {
    let holder = lock::take(deps, tenant.school).await?;
    let committed = commit(deps, tenant, import, body, holder).await;
    if committed.is_err() {
        lock::release(deps, tenant.school, holder).await;
    }
    committed
}

async fn commit(
    deps: &Deps,
    tenant: &Tenant,
    import: Import,
    body: &ApplyBody,
    holder: RandomToken,
) -> Result<(), Problem> {
    let upload = upload_of(deps, &import).await?;
    let planned = decided(deps, &import, &upload, body).await?;
    let entry = entry(deps, tenant, &planned.report, import.id);
    let writes = u32::try_from(planned.changes.len()).expect("files have at most 20,000 lines");
    // From now on for a week.
    let kept = Import { since: deps.clock.now(), ..import.clone() };
    deps.table.put_import_content(&kept, ImportContent::Report, &planned.report).await?;
    deps.table.put_import_changes(&kept, ImportContent::Changes, planned.changes).await?;
    match deps.table.commit_import(&import, holder, ImportStage::Applying, writes, entry).await {
        Err(StoreError::Conflict) => Err(changed()),
        result => Ok(result?),
    }
}

/// The plan that was seen, with the decisions.
async fn decided(
    deps: &Deps,
    import: &Import,
    upload: &Upload,
    body: &ApplyBody,
) -> Result<Planned, Problem> {
    let school = deps.table.school(import.school).await?;
    let home = home(school.as_ref());
    let mut people = deps.table.all_people(import.school).await?;
    if !deps.table.claim_missing(import.school, &people).await?.is_empty() {
        people = deps.table.all_people(import.school).await?;
    }
    let seen = Planned::new(import, upload, people.clone(), home, BTreeMap::new());
    if seen.digest() != body.digest.as_str() {
        return Err(changed());
    }
    let decisions = decisions(body, &seen.report)?;
    confirm(&seen.report.guards, body.confirmed.as_ref())?;
    if decisions.is_empty() {
        return Ok(seen);
    }
    Ok(Planned::new(import, upload, people, home, decisions).archiving_only_whom(&seen.report))
}

/// Refuses a plan whose guards are not all confirmed.
fn confirm(guards: &[Guard], confirmed: Option<&Confirmed>) -> Result<(), FieldErrors> {
    let is_confirmed = |guard: &Guard| confirmed.is_some_and(|ListOf(confirmed)| confirmed.contains(guard));
    let missing = guards.iter().filter(|guard| !is_confirmed(guard));
    FieldErrors::none_or(missing.map(|guard| FieldError::new("/confirmed", guard)).collect(), ())
}

fn decisions(body: &ApplyBody, report: &Report) -> Result<BTreeMap<RecordId, Decision>, FieldErrors> {
    let doubtful: BTreeMap<RecordId, &Row> = report
        .rows
        .iter()
        .filter(|row| row.outcome == RowOutcome::Doubtful)
        .filter_map(|row| Some((row.record?, row)))
        .collect();
    let (mut decisions, mut errors, mut taken) = (BTreeMap::new(), Vec::new(), Vec::new());
    for (place, one) in body.decisions.iter().flat_map(|ListOf(all)| all).enumerate() {
        match decision(one, &doubtful) {
            Ok((record, decision)) => {
                let is_taken = match decision {
                    Decision::Same(person) => taken.contains(&person),
                    Decision::New => false,
                };
                if is_taken || decisions.insert(record, decision).is_some() {
                    errors.push(refused(place, "decided_twice", DECIDED_TWICE));
                }
                if let Decision::Same(person) = decision {
                    taken.push(person);
                }
            }
            Err((code, phrase)) => errors.push(refused(place, code, phrase)),
        }
    }
    FieldErrors::none_or(errors, decisions)
}

type Refusal = (&'static str, Phrase);

const DECIDED_TWICE: Phrase = Phrase::fixed(
    "Deux décisions portent sur la même personne : gardez-en une.",
    "Two decisions are about the same person: keep one of them.",
);

fn decision(
    body: &DecisionBody,
    doubtful: &BTreeMap<RecordId, &Row>,
) -> Result<(RecordId, Decision), Refusal> {
    const NOT_DOUBTFUL: Refusal = (
        "not_doubtful",
        Phrase::fixed(
            "Cette personne n’est pas en attente d’une décision dans ce plan.",
            "This person does not wait for a decision in this plan.",
        ),
    );
    let record = RecordId::try_from(body.record.as_str().to_owned()).map_err(|_| NOT_DOUBTFUL)?;
    let row = doubtful.get(&record).ok_or(NOT_DOUBTFUL)?;
    match (body.person, body.new) {
        (Some(person), None | Some(false)) if row.candidates.iter().any(|one| one.person == person) => {
            Ok((record, Decision::Same(person)))
        }
        (Some(_), None | Some(false)) => Err((
            "not_a_candidate",
            Phrase::fixed(
                "Choisissez l’une des personnes proposées pour cette ligne.",
                "Choose one of the people that are proposed for this line.",
            ),
        )),
        (None, Some(true)) if row.doubt.is_some_and(DoubtReason::may_be_new) => Ok((record, Decision::New)),
        (None, Some(true)) => Err((
            "cannot_be_new",
            Phrase::fixed(
                "Corrigez d’abord le fichier ou la fiche : la raison du doute dit comment.",
                "Correct the file or the record first: the reason of the doubt says how.",
            ),
        )),
        (Some(_), Some(true)) | (None, None | Some(false)) => Err((
            "no_decision",
            Phrase::fixed(
                "Dites soit quelle personne c’est, soit qu’elle est nouvelle.",
                "Say either which person it is, or that the person is new.",
            ),
        )),
    }
}

fn refused(place: usize, code: &'static str, phrase: Phrase) -> FieldError {
    FieldError::described(format!("/decisions/{place}"), code, phrase)
}

fn entry(deps: &Deps, tenant: &Tenant, report: &Report, id: ImportId) -> Entry {
    let updated = [RowOutcome::Updated, RowOutcome::Moved, RowOutcome::Returned];
    let updated: usize = updated.into_iter().map(|outcome| report.count(outcome)).sum();
    let (created, archived) = (report.count(RowOutcome::Created), report.count(RowOutcome::Archived));
    let refused = report.count(RowOutcome::Doubtful) + report.count(RowOutcome::Refused);
    tracing::info!(created, updated, archived, refused, "import committed");
    tenant
        .does(Act::PeopleImported, deps.clock.now())
        .about(About::Import(id))
        .with(Figure::Created, created)
        .with(Figure::Updated, updated)
        .with(Figure::Archived, archived)
        .with(Figure::Refused, refused)
}

fn changed() -> Problem {
    Problem::new(
        ProblemKind::PreconditionFailed,
        Phrase::fixed(
            "L’annuaire a changé depuis que ce plan a été affiché : relisez le plan, puis appliquez-le.",
            "The directory changed since this plan was shown: read the plan again, then apply it.",
        ),
    )
}

fn undone() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Cet import a été annulé : envoyez de nouveau le fichier.",
            "This import was undone: send the file again.",
        ),
    )
}
