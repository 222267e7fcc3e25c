//! `POST /v1/registrations`, `GET /v1/registration`: registration and its state.

use api::{AdminOf, FieldErrors, JsonBody, Problem, ProblemKind, RegistrationBody};
use axum::{Json, extract::State, http::StatusCode};
use deserr::Deserr;
use domain::{
    audit::Act,
    id::RegistrationId,
    language::{Language, Phrase},
    line::Line,
    pricing::RateCardVersion,
    registration::{Contact, EmailAddress, Registration, RegistrationState},
    school::{CallbackNumber, School, SchoolName, Uai},
    territory::Territory,
};
use utoipa::ToSchema;

use crate::{
    acknowledgement::current, deps::Deps, not_registered::not_registered, settings_record::settings_change,
    territory::territory,
};

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = RegistrationRequest, examples(json!({
    "school": { "name": "Collège Jean Moulin", "uai": "0951099D" },
    "contact": {
        "name": "Camille Petit",
        "email": "secretariat@college.example",
        "phone": "01 99 00 12 34",
    },
    "acknowledged_rate_card": "2026-09",
})))]
pub(crate) struct ApplicationBody {
    school: ApplicantSchool,
    contact: ApplicantContact,
    acknowledged_rate_card: RateCardVersion,
}

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
struct ApplicantSchool {
    name: SchoolName,
    #[deserr(default)]
    uai: Option<Uai>,
    #[deserr(default)]
    territory: Option<Territory>,
}

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
struct ApplicantContact {
    name: Line<120>,
    email: EmailAddress,
    #[deserr(default)]
    phone: Option<CallbackNumber>,
}

/// Create a registration
///
/// Acknowledges the price of a segment. The operator confirms the registration after receipt of the signed form.
#[utoipa::path(
    post,
    path = "/v1/registrations",
    operation_id = "createRegistration",
    tag = "registration",
    security(("bearer" = ["admin"])),
    request_body = ApplicationBody,
    responses(
        (status = CREATED, description = "The registration, pending a decision of the operator.", body = RegistrationBody),
        (status = CONFLICT, description = "The school already has a registration, or another rate card is in force."),
    ),
)]
pub(crate) async fn apply(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    JsonBody { value: body, .. }: JsonBody<ApplicationBody>,
) -> Result<(StatusCode, Json<RegistrationBody>), Problem> {
    let now = deps.clock.now();
    let rate_card = current(body.acknowledged_rate_card, now)?;
    let standing = deps.table.standing(tenant.school).await?;
    // A second registration may omit the UAI number.
    let uai = body.school.uai.or(standing.school.as_ref().and_then(|school| school.uai));
    let territory = territory(uai, body.school.territory, "/school/territory")?;
    if let Some(earlier) = standing.registration.as_ref().filter(|r| !r.state.allows_a_new_application()) {
        let state = earlier.state.label();
        return Err(Problem::new(
            ProblemKind::StateConflict,
            Phrase::new(
                format!("L’établissement a déjà une inscription, {}.", state.in_language(Language::French)),
                format!(
                    "The school already has a registration, which is {}.",
                    state.in_language(Language::English)
                ),
            ),
        ));
    }
    let registration = Registration {
        id: RegistrationId::generate(now),
        school_id: tenant.school,
        school_name: body.school.name.clone(),
        uai,
        territory,
        contact: Contact { name: body.contact.name, email: body.contact.email, phone: body.contact.phone },
        rate_card,
        acknowledged_at: now,
        acknowledged_by: tenant.subject.clone(),
        applied_at: now,
        state: RegistrationState::Applied,
        decided_at: None,
        reason: None,
        version: standing.registration.as_ref().map_or(1, |earlier| earlier.version + 1),
    };
    let school_before = standing.school;
    let school = match school_before.clone() {
        None => School::new(tenant.school, body.school.name, uai, territory),
        Some(school) => {
            School { name: body.school.name, uai, territory, version: school.version + 1, ..school }
        }
    };
    let before = standing.registration.map(|earlier| earlier.version);
    let entry = tenant.does(Act::RegistrationApplied, now).about(registration.id);
    let change = settings_change(school_before.as_ref(), &school, tenant.subject, now);
    deps.table.apply(registration.clone(), before, school.clone(), change, entry).await?;
    tracing::info!(registration = %registration.id, "applied");
    Ok((StatusCode::CREATED, Json(RegistrationBody::new(registration, Some(&school), now))))
}

/// Get the registration
#[utoipa::path(
    get,
    path = "/v1/registration",
    operation_id = "getRegistration",
    tag = "registration",
    security(("bearer" = ["admin"])),
    responses(
        (status = OK, description = "The registration.", body = RegistrationBody),
        (status = NOT_FOUND, description = "The school has no registration."),
    ),
)]
pub(crate) async fn show(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
) -> Result<Json<RegistrationBody>, Problem> {
    let standing = deps.table.standing(tenant.school).await?;
    let registration = standing.registration.ok_or_else(not_registered)?;
    Ok(Json(RegistrationBody::new(registration, standing.school.as_ref(), deps.clock.now())))
}
