//! `/v1/opt-outs`: opted-out numbers, and the decision to reopen one.

use api::{AdminOf, FieldErrors, IfMatch, JsonBody, PathId, Problem, ProblemKind, SenderOf};
use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use domain::{
    audit::Act,
    delivery::CarrierName,
    directory::{OptOut, Reopening},
    id::{OptOutId, SchoolId},
    language::{Explain, Language, Phrase},
    line::Line,
    phone::PhoneNumber,
};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::deps::Deps;

#[derive(Serialize, ToSchema)]
#[schema(as = OptOuts)]
pub(crate) struct OptOutsBody {
    opt_outs: Vec<OptOutBody>,
}

/// A number, since when nothing goes to it and why, and who decided to write to it again.
#[derive(Serialize, ToSchema)]
#[schema(as = OptOut)]
pub(crate) struct OptOutBody {
    id: OptOutId,
    /// None where its owner was erased: the number stays closed, and nobody can tell which one it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    erased: bool,
    /// `closed` while nothing goes there, `reopened` by somebody's decision.
    state: &'static str,
    #[schema(format = DateTime)]
    since: String,
    /// `reply` for a word like STOP, `carrier` where the carrier was told.
    origin: &'static str,
    carrier: CarrierName,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reopened: Option<ReopenedBody>,
    version: u64,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Reopened)]
struct ReopenedBody {
    #[schema(format = DateTime)]
    at: String,
    by: Line<128>,
    reason: Line<200>,
}

impl OptOutBody {
    pub fn new(opt_out: OptOut, language: Language) -> Self {
        Self {
            id: opt_out.id,
            phone: opt_out.stopped.phone().map(PhoneNumber::e164),
            erased: opt_out.stopped.phone().is_none(),
            state: if opt_out.is_closed() { "closed" } else { "reopened" },
            since: opt_out.at.to_string(),
            origin: opt_out.origin.code(),
            carrier: opt_out.origin.carrier(),
            detail: opt_out.origin.explain().in_language(language).to_owned(),
            version: opt_out.version,
            reopened: opt_out.reopened.map(|reopening| ReopenedBody {
                at: reopening.at.to_string(),
                by: reopening.by,
                reason: reopening.reason,
            }),
        }
    }
}

/// The numbers that told the school to stop
///
/// All of them, the latest first: a school has some dozens.
#[utoipa::path(
    get,
    path = "/v1/opt-outs",
    operation_id = "opt_outs",
    tag = "people",
    security(("bearer" = ["sender"])),
    responses((status = OK, description = "The numbers, and what became of them.", body = OptOutsBody)),
)]
pub(crate) async fn list(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
) -> Result<Json<OptOutsBody>, Problem> {
    let mut recorded = deps.table.recorded_opt_outs(tenant.school).await?;
    recorded.sort_by_key(|opt_out| std::cmp::Reverse((opt_out.at, opt_out.id)));
    let opt_outs = recorded.into_iter().map(|opt_out| OptOutBody::new(opt_out, language)).collect();
    Ok(Json(OptOutsBody { opt_outs }))
}

/// Somebody of the school has the person's agreement, and says how it was given.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = Reopening, examples(json!({ "reason": "Accord écrit du 24/11" })))]
pub(crate) struct ReopeningBody {
    reason: Line<200>,
}

/// Write to a number again
///
/// Somebody of the school has the owner's agreement. `If-Match` takes the `version` that the list gave.
#[utoipa::path(
    post,
    path = "/v1/opt-outs/{id}/reopen",
    operation_id = "reopen_number",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = OptOutId, Path, description = "Which number."), IfMatch),
    request_body = ReopeningBody,
    responses(
        (status = OK, description = "The number, to which texts go again.", body = OptOutBody),
        (status = CONFLICT, description = "The number is not closed."),
    ),
)]
pub(crate) async fn reopen(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    PathId(id): PathId<OptOutId>,
    if_match: IfMatch,
    JsonBody { value: body, .. }: JsonBody<ReopeningBody>,
) -> Result<Json<OptOutBody>, Problem> {
    let opt_out = find(&deps, tenant.school, id).await?;
    // A decision needs the current version of the opt-out.
    if_match.check(opt_out.version)?;
    // The audit entry names the opt-out, not the number.
    let now = deps.clock.now();
    let entry = tenant.does(Act::OptOutReopened, now);
    let reopening = Reopening { at: now, by: tenant.subject, reason: body.reason };
    let reopened = opt_out.reopened(reopening).ok_or_else(not_closed)?;
    match deps.table.replace_opt_out(tenant.school, reopened.clone(), entry).await {
        // A new STOP, or a concurrent reopening.
        Err(StoreError::Conflict) => return Err(IfMatch::failed()),
        result => result?,
    }
    tracing::info!(opt_out = %id, "opt-out reopened");
    Ok(Json(OptOutBody::new(reopened, language)))
}

async fn find(deps: &Deps, school: SchoolId, id: OptOutId) -> Result<OptOut, Problem> {
    let recorded = deps.table.recorded_opt_outs(school).await?;
    recorded.into_iter().find(|opt_out| opt_out.id == id).ok_or_else(Problem::not_found)
}

fn not_closed() -> Problem {
    Problem::new(
        ProblemKind::StateConflict,
        Phrase::fixed(
            "Ce numéro n’est pas fermé, ou vient de changer : relisez la liste (GET /v1/opt-outs).",
            "This number is not closed, or has just changed: read the list again (GET /v1/opt-outs).",
        ),
    )
}
