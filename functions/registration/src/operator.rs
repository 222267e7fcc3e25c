//! `/v1/operator/…`: the operator reads applications and decides.

use api::{Cursor, FieldErrors, Operator, OptionalJsonBody, PageLimit, PageQuery, PathId, Problem, QueryOf};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::{
    id::SchoolId,
    registration::{Decision, DecisionReason, RegistrationState},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use crate::{deps::Deps, registration_body::RegistrationBody};

/// The list that cursors of this module belong to.
const LIST: &str = "operator/registrations";
/// Whose list it is: there is one operator.
const OWNER: &str = "operator";

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    #[deserr(default)]
    state: Option<RegistrationState>,
    #[deserr(default)]
    #[param(required = false)]
    limit: PageLimit,
    #[deserr(default)]
    cursor: Option<String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = RegistrationPage)]
pub(crate) struct RegistrationsBody {
    registrations: Vec<RegistrationBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
}

/// List registrations
///
/// The registrations of all schools. A filtered page may have fewer items than the limit and still a cursor.
#[utoipa::path(
    get,
    path = "/v1/operator/registrations",
    operation_id = "listRegistrations",
    tag = "operator",
    security(("bearer" = ["operator"])),
    params(ListQuery),
    responses((status = OK, description = "A page of registrations.", body = RegistrationsBody)),
)]
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

#[derive(Debug, Default, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = Decision, examples(json!({ "reason": "Le formulaire n’est pas signé." })))]
pub(crate) struct DecisionBody {
    #[deserr(default)]
    reason: Option<DecisionReason>,
}

/// Decide on a registration
#[utoipa::path(
    post,
    path = "/v1/operator/schools/{id}/{decision}",
    operation_id = "decide",
    tag = "operator",
    security(("bearer" = ["operator"])),
    params(("id" = SchoolId, Path, description = "The school.")),
    request_body = Option<DecisionBody>,
    responses(
        (status = OK, description = "The updated registration.", body = RegistrationBody),
        (status = CONFLICT, description = "The state of the registration does not allow the decision."),
    ),
)]
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
