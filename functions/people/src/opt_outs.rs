//! `/v1/opt-outs`: opted-out numbers, and the decision to reopen one.

use api::{AdminOf, FieldErrors, IfMatch, JsonBody, PathId, Problem, ProblemKind, SenderOf};
use axum::{Extension, Json, extract::State};
use deserr::Deserr;
use domain::{
    audit::Act,
    delivery::CarrierName,
    directory::OptOutOrigin,
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
#[schema(as = OptOutList)]
pub(crate) struct OptOutsBody {
    opt_outs: Vec<OptOutBody>,
}

/// An opt-out of a phone number, and its reopening.
#[derive(Serialize, ToSchema)]
#[schema(as = OptOut)]
pub(crate) struct OptOutBody {
    id: OptOutId,
    /// Absent after an erasure of the owner: the number remains closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    erased: bool,
    state: OptOutState,
    #[schema(format = DateTime)]
    since: String,
    #[schema(value_type = OptOutOrigin)]
    origin: &'static str,
    carrier: CarrierName,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reopened: Option<ReopenedBody>,
    version: u64,
}

/// Whether messages to the number are blocked, or allowed again.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OptOutState {
    Closed,
    Reopened,
}

/// The decision of the school to send to the number again.
#[derive(Serialize, ToSchema)]
#[schema(as = Reopening)]
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
            state: if opt_out.is_closed() { OptOutState::Closed } else { OptOutState::Reopened },
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

/// List opt-outs
///
/// All opt-outs of the school, the latest first.
#[utoipa::path(
    get,
    path = "/v1/opt-outs",
    operation_id = "listOptOuts",
    tag = "people",
    security(("bearer" = ["sender"])),
    responses((status = OK, description = "The opt-outs.", body = OptOutsBody)),
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

/// The proof of consent, such as a written agreement.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = ReopeningRequest, examples(json!({ "reason": "Accord écrit du 24/11" })))]
pub(crate) struct ReopeningBody {
    reason: Line<200>,
}

/// Reopen an opt-out
///
/// Requires the consent of the owner. `If-Match` takes the `version` of the opt-out.
#[utoipa::path(
    post,
    path = "/v1/opt-outs/{id}/reopen",
    operation_id = "reopenOptOut",
    tag = "people",
    security(("bearer" = ["admin"])),
    params(("id" = OptOutId, Path, description = "The opt-out."), IfMatch),
    request_body = ReopeningBody,
    responses(
        (status = OK, description = "The reopened opt-out.", body = OptOutBody),
        (status = CONFLICT, description = "The opt-out is not closed."),
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
            "Ce numéro n’est pas fermé, ou vient de changer : relisez la liste.",
            "This number is not closed, or has just changed: read the list again.",
        ),
    )
}
