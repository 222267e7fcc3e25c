//! `DELETE /v1/people/{id}?erase=true` and `GET /v1/erasures/{id}`: erasure of a person's data.

use std::time::Duration;

use api::{AdminOf, IfMatch, PathId, Problem, Tenant};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::{
    audit::Act,
    clock::later,
    erasure::{Erasure, Pending, Stage},
    id::{ErasureId, PersonId, SchoolId},
    sent_log::Filter,
};
use jiff::{SignedDuration, Timestamp};
use runtime::deadline::USUAL_RUN;
use serde::Serialize;
use store::{BeginError, Consistency};
use telemetry::Counts;
use utoipa::ToSchema;
use workflows::{Erasing, sent_log::LogQuery};

use crate::{
    deps::Deps,
    guardians::{court_decision, guardians_of},
};

/// The time reserved for the response: the schedule completes an erasure that takes longer.
const ANSWER: SignedDuration = SignedDuration::from_secs(8);

/// An erasure and its figures, without personal data.
#[derive(Serialize, ToSchema)]
#[schema(as = Erasure)]
pub(crate) struct ErasureBody {
    id: ErasureId,
    #[schema(format = DateTime)]
    began_at: String,
    /// `erasing`; `checking` during the final search for concurrent writes; `complete`.
    state: Stage,
    /// Whether no personal data remains, including in the record of the erasure.
    complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    completed_at: Option<String>,
    /// Redacted messages to the person. Counts and costs remain.
    messages_erased: u32,
    /// Messages about the person to other recipients, without their texts now.
    texts_removed: u32,
    /// Messages cancelled by the erasure.
    called_back: u32,
    /// Whether the opt-out of a phone number of the person remains.
    opt_out_kept: bool,
}

impl From<Erasure> for ErasureBody {
    fn from(erasure: Erasure) -> Self {
        Self {
            id: erasure.id,
            began_at: erasure.began_at.to_string(),
            state: erasure.stage,
            complete: erasure.stage == Stage::Complete,
            completed_at: erasure.completed_at.map(|at| at.to_string()),
            messages_erased: erasure.done.messages,
            texts_removed: erasure.done.texts,
            called_back: erasure.done.called_back,
            opt_out_kept: erasure.done.tombstones > 0,
        }
    }
}

/// Get an erasure
#[utoipa::path(
    get,
    path = "/v1/erasures/{id}",
    operation_id = "getErasure",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = ErasureId, Path, description = "The erasure.")),
    responses((status = OK, description = "The erasure.", body = ErasureBody)),
)]
pub(crate) async fn show(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    PathId(id): PathId<ErasureId>,
) -> Result<Json<ErasureBody>, Problem> {
    Ok(Json(read(&deps, tenant.school, id).await?.into()))
}

async fn read(deps: &Deps, school: SchoolId, id: ErasureId) -> Result<Erasure, Problem> {
    deps.table.erasure(school, id).await?.ok_or_else(Problem::not_found)
}

/// Erases a person. A second request during an erasure returns the same erasure.
pub(crate) async fn erase(
    deps: &Deps,
    tenant: Tenant,
    person: PersonId,
    if_match: Result<IfMatch, Problem>,
) -> Result<Response, Problem> {
    let came_at = deps.clock.now();
    let school = tenant.school;
    let pending = match deps.table.pending_erasure(school, person).await? {
        Some(pending) => pending,
        // A concurrent request may have begun the erasure in this moment.
        None => match Box::pin(begin(deps, tenant, person, if_match, came_at)).await? {
            Some(pending) => pending,
            None => deps.table.pending_erasure(school, person).await?.ok_or_else(IfMatch::failed)?,
        },
    };
    let id = pending.id;
    continue_erasure(deps, pending, came_at).await;
    let erasure = read(deps, school, id).await?;
    let status = if erasure.stage == Stage::Erasing { StatusCode::ACCEPTED } else { StatusCode::OK };
    Ok((status, Json(ErasureBody::from(erasure))).into_response())
}

/// The commit point: from here on the erasure will complete, whatever happens to this process. None if a
/// concurrent request was faster.
async fn begin(
    deps: &Deps,
    tenant: Tenant,
    person: PersonId,
    if_match: Result<IfMatch, Problem>,
    now: Timestamp,
) -> Result<Option<Pending>, Problem> {
    let school = tenant.school;
    let guardians = guardians_of(deps, school, person).await?;
    let present = deps.table.person(school, person).await?;
    match &present {
        // The erasure would lose the court decision that bars this guardian's number.
        Some(present) if present.details.guardianships.iter().any(|tie| tie.no_contact) => {
            return Err(court_decision());
        }
        Some(present) => {
            if_match?.check(present.version)?;
        }
        None if guardians.is_empty() && !is_mentioned(deps, school, person).await? => {
            return Err(Problem::not_found());
        }
        None => {}
    }
    let pending = Pending {
        id: ErasureId::generate(now),
        school,
        person,
        numbers: present.as_ref().and_then(|present| present.details.phone).into_iter().collect(),
        began_at: now,
        stage: Stage::Erasing,
        due_at: later(now, Pending::LEFT_TO_ITS_REQUEST),
    };
    let entry = tenant.does(Act::PersonErased, now).about(pending.id);
    match deps.table.begin_erasure(&pending, present.as_ref(), entry).await {
        Ok(()) => {
            tracing::info!(erasure = %pending.id, "erasure began");
            Ok(Some(pending))
        }
        Err(BeginError::Running) => Ok(None),
        Err(BeginError::Changed) => Err(IfMatch::failed()),
        Err(BeginError::Store(error)) => Err(error.into()),
    }
}

/// Whether the log has a message to the person or about them.
async fn is_mentioned(deps: &Deps, school: SchoolId, person: PersonId) -> Result<bool, Problem> {
    let filter = Filter { person: Some(person), ..Filter::default() };
    let (table, now) = (&deps.table, deps.clock.now());
    let query = LogQuery { table, school, filter: &filter, consistency: Consistency::Strong, now };
    let mut start = None;
    loop {
        let page = query.page(start, 1, |_| ()).await?;
        match page.next {
            _ if !page.found.is_empty() => return Ok(true),
            None => return Ok(false),
            next => start = next,
        }
    }
}

/// Erases within the time of the request. The schedule completes the rest, or retries a failure.
async fn continue_erasure(deps: &Deps, pending: Pending, came_at: Timestamp) {
    let until = later(came_at, USUAL_RUN - ANSWER);
    // None once it is over.
    let time = Duration::try_from(until.duration_since(deps.clock.now())).unwrap_or(Duration::ZERO);
    let mut counts = Counts::default();
    let erasing = Erasing { table: &deps.table, clock: &*deps.clock };
    let gone = tokio::time::timeout(time, Box::pin(erasing.resume(pending, &mut counts))).await;
    match gone {
        Ok(Ok(_)) => {}
        Ok(Err(error)) => {
            tracing::warn!(chain = telemetry::chain(&error), "erasure left to the schedule");
        }
        Err(_) => tracing::info!("erasure continues in the schedule"),
    }
    deps.metrics.tell("people", &counts, deps.clock.now());
}
