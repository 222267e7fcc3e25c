//! `POST /v1/operator/schools/{id}/…`: the operator decides on a registration.

use api::{FieldErrors, Operator, OptionalJsonBody, PathId, Problem, RegistrationBody};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::{
    id::SchoolId,
    registration::{Decision, DecisionReason},
};
use utoipa::ToSchema;

use crate::deps::Deps;

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
