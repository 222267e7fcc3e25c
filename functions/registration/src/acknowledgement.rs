//! `POST /v1/registration/acknowledgement`: a school acknowledges new prices.

use api::{AdminOf, FieldErrors, JsonBody, Problem, ProblemKind, RegistrationBody};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::{
    audit::Act,
    language::Phrase,
    pricing::{RateCard, RateCardVersion},
    registration::Barred,
};
use utoipa::ToSchema;

use crate::{deps::Deps, not_registered::not_registered};

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = Acknowledgement, examples(json!({ "rate_card": "2026-09" })))]
pub(crate) struct AcknowledgementBody {
    rate_card: RateCardVersion,
}

/// Fails unless the acknowledged version is the current one.
pub(crate) fn current(
    acknowledged: RateCardVersion,
    now: jiff::Timestamp,
) -> Result<RateCardVersion, Problem> {
    let current = RateCard::current(now).version();
    if acknowledged == current {
        return Ok(current);
    }
    Err(Problem::new(
        ProblemKind::RateCardOutdated,
        Phrase::new(
            format!("Lisez la grille en vigueur et acceptez sa version, {current}."),
            format!("Read the current card and acknowledge its version, {current}."),
        ),
    ))
}

/// Acknowledge a rate card
#[utoipa::path(
    post,
    path = "/v1/registration/acknowledgement",
    operation_id = "acknowledgeRateCard",
    tag = "registration",
    security(("bearer" = ["admin"])),
    request_body = AcknowledgementBody,
    responses(
        (status = OK, description = "The registration with the acknowledged prices.", body = RegistrationBody),
        (status = NOT_FOUND, description = "The school has no registration."),
        (status = CONFLICT, description = "Another rate card is in force, or the registration has ended."),
    ),
)]
pub(crate) async fn acknowledge(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    JsonBody { value: body, .. }: JsonBody<AcknowledgementBody>,
) -> Result<Json<RegistrationBody>, Problem> {
    let now = deps.clock.now();
    let rate_card = current(body.rate_card, now)?;
    let standing = deps.table.standing(tenant.school).await?;
    let school = standing.school;
    let registration = standing.registration.ok_or_else(not_registered)?;
    if registration.rate_card == rate_card {
        // Already acknowledged: the first date stands.
        return Ok(Json(RegistrationBody::new(registration, school.as_ref(), now)));
    }
    if registration.state.allows_a_new_application() {
        // The registration has ended: a new one needs the current card.
        return Err(Problem::explained(
            ProblemKind::StateConflict,
            &Barred::NotConfirmed(registration.state),
        ));
    }
    let entry = tenant.does(Act::PricesAcknowledged, now).about(registration.id);
    let acknowledged = registration.acknowledged(rate_card, tenant.subject, now);
    deps.table.replace_registration(acknowledged.clone(), entry).await?;
    tracing::info!(%rate_card, "rate card acknowledged");
    Ok(Json(RegistrationBody::new(acknowledged, school.as_ref(), now)))
}
