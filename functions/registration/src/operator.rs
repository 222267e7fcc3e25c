//! `/v1/operator/…`: the operator reads applications and decides.

use axum::{Json, extract::State};
use deserr::Deserr;
use serde::Serialize;
use shared::{
    http::{Cursor, FieldErrors, Operator, OptionalJsonBody, PageLimit, PageQuery, PathId, Problem, QueryOf},
    id::SchoolId,
    registration::{Decision, DecisionReason, RegistrationState},
    telemetry,
};

use crate::{Deps, registrations::RegistrationBody};

/// The list that cursors of this module belong to.
const LIST: &str = "operator/registrations";
/// Whose list it is: there is one operator.
const OWNER: &str = "operator";

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct ListQuery {
    #[deserr(default)]
    state: Option<RegistrationState>,
    #[deserr(default)]
    limit: PageLimit,
    #[deserr(default)]
    cursor: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct RegistrationsBody {
    registrations: Vec<RegistrationBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// A page is filtered after it is read: it may have fewer items than the limit and still a cursor.
pub(crate) async fn list(
    _: Operator,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<ListQuery>,
) -> Result<Json<RegistrationsBody>, Problem> {
    let now = deps.clock.now();
    let page = PageQuery { limit: query.limit, cursor: query.cursor };
    let after: Option<SchoolId> = page.place(LIST, OWNER)?;
    let (registrations, next) = deps.table.registrations(after, page.limit.as_i32()).await?;
    let registrations = registrations
        .into_iter()
        .filter(|registration| query.state.is_none_or(|state| registration.state == state))
        .map(|registration| RegistrationBody::new(registration, None, now))
        .collect();
    let next_cursor = next.map(|place| Cursor::new(LIST, OWNER, &place.to_string()).into());
    Ok(Json(RegistrationsBody { registrations, next_cursor }))
}

#[derive(Debug, Default, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct DecisionBody {
    #[deserr(default)]
    reason: Option<DecisionReason>,
}

pub(crate) async fn decide(
    operator: Operator,
    State(deps): State<Deps>,
    PathId(school): PathId<SchoolId>,
    decision: Decision,
    OptionalJsonBody(body): OptionalJsonBody<DecisionBody>,
) -> Result<Json<RegistrationBody>, Problem> {
    telemetry::concerns_school(school);
    let now = deps.clock.now();
    let registration = deps.table.registration(school).await?.ok_or_else(Problem::not_found)?;
    let decided = registration.decided(decision, body.reason, now)?;
    let entry = operator.does(decision.into(), now).about(decided.id);
    deps.table.replace_registration(decided.clone(), entry).await?;
    tracing::info!(decision = decision.as_str(), "decided");
    Ok(Json(RegistrationBody::new(decided, None, now)))
}
