//! `POST /v1/registrations`, `GET /v1/registration`: a school applies and sees what became of it.

use axum::{Json, extract::State, http::StatusCode};
use deserr::Deserr;
use jiff::Timestamp;
use serde::Serialize;
use shared::{
    audit::Act,
    http::{AdminOf, FieldError, FieldErrors, JsonBody, Problem, ProblemKind},
    id::{RegistrationId, SchoolId},
    language::{Explain, Language, Phrase},
    line::Line,
    pricing::{RateCard, RateCardVersion},
    registration::{AcknowledgedPrices, Barred, Contact, EmailAddress, Registration, RegistrationState},
    school::{CallbackNumber, School, SchoolName, Territory, Uai},
};
use utoipa::ToSchema;

use crate::{acknowledgement::current, deps::Deps, history};

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(examples(json!({
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

#[derive(Serialize, ToSchema)]
pub(crate) struct RegistrationBody {
    id: RegistrationId,
    school_id: SchoolId,
    state: RegistrationState,
    school: RegisteredSchool,
    contact: RegisteredContact,
    acknowledged_rate_card: RateCardVersion,
    #[schema(format = DateTime)]
    acknowledged_at: String,
    acknowledged_by: Line<128>,
    prices: PricesBody,
    #[schema(format = DateTime)]
    applied_at: String,
    #[schema(required, format = DateTime)]
    decided_at: Option<String>,
    /// Why the operator decided so.
    #[schema(required)]
    reason: Option<String>,
}

/// How the acknowledged prices stand to those of today.
#[derive(Serialize, ToSchema)]
struct PricesBody {
    /// `prices_current`, `prices_kept` (the school keeps its own until a day) or `prices_lapsed`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    kept_until: Option<String>,
    /// The card to acknowledge.
    #[serde(skip_serializing_if = "Option::is_none")]
    current_rate_card: Option<RateCardVersion>,
}

impl From<AcknowledgedPrices> for PricesBody {
    fn from(prices: AcknowledgedPrices) -> Self {
        let (kept_until, current) = match prices {
            AcknowledgedPrices::Current => (None, None),
            AcknowledgedPrices::KeptUntil { last_day, current } => {
                (Some(last_day.to_string()), Some(current))
            }
            AcknowledgedPrices::Lapsed { current } => (None, Some(current)),
        };
        Self { state: prices.code(), kept_until, current_rate_card: current.map(RateCard::version) }
    }
}

#[derive(Serialize, ToSchema)]
struct RegisteredSchool {
    name: SchoolName,
    #[schema(required)]
    uai: Option<Uai>,
    territory: Territory,
}

#[derive(Serialize, ToSchema)]
struct RegisteredContact {
    name: Line<120>,
    email: EmailAddress,
    #[schema(required)]
    phone: Option<CallbackNumber>,
}

impl RegistrationBody {
    /// A registration as it stands at an instant, in the school's own time.
    pub fn new(registration: Registration, school: Option<&School>, now: Timestamp) -> Self {
        let zone = school.map_or(registration.territory.time_zone(), School::time_zone);
        Self {
            prices: registration.prices(now, zone).into(),
            id: registration.id,
            school_id: registration.school_id,
            state: registration.state,
            school: RegisteredSchool {
                name: registration.school_name,
                uai: registration.uai,
                territory: registration.territory,
            },
            contact: RegisteredContact {
                name: registration.contact.name,
                email: registration.contact.email,
                phone: registration.contact.phone,
            },
            acknowledged_rate_card: registration.rate_card,
            acknowledged_at: registration.acknowledged_at.to_string(),
            acknowledged_by: registration.acknowledged_by,
            applied_at: registration.applied_at.to_string(),
            decided_at: registration.decided_at.map(|instant| instant.to_string()),
            reason: registration.reason.map(String::from),
        }
    }
}

/// The territory that the UAI tells, or the one that was given until the UAI is known.
pub(crate) fn territory(
    uai: Option<Uai>,
    given: Option<Territory>,
    pointer: &str,
) -> Result<Territory, FieldErrors> {
    match (uai.map(Uai::territory), given) {
        (Some(told), Some(given)) if told != given => Err(FieldErrors::one(FieldError::described(
            pointer,
            "territory_contradicts_uai",
            Phrase::new(
                format!(
                    "Le numéro UAI est celui d’un établissement de {} : retirez ce champ ou corrigez l’UAI.",
                    told.name()
                ),
                format!(
                    "The UAI number belongs to a school of {}: leave this field out or correct the UAI.",
                    told.name()
                ),
            ),
        ))),
        (Some(territory), _) | (None, Some(territory)) => Ok(territory),
        (None, None) => Err(FieldErrors::one(FieldError::described(
            pointer,
            "required",
            Phrase::fixed(
                "Sans numéro UAI, indiquez le territoire de l’établissement (FR, RE, NC…).",
                "Without a UAI number, give the school's territory (FR, RE, NC…).",
            ),
        ))),
    }
}

/// Sign a school up
///
/// The price of a segment is acknowledged with it. The operator confirms, once the printed form came back.
#[utoipa::path(
    post,
    path = "/v1/registrations",
    operation_id = "apply",
    tag = "registration",
    security(("bearer" = ["admin"])),
    request_body = ApplicationBody,
    responses(
        (status = CREATED, description = "The registration, which waits for the operator.", body = RegistrationBody),
        (status = CONFLICT, description = "The school has a registration already, or another rate card is in force."),
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
    // A school that applies again need not look its number up again.
    let uai = body.school.uai.or(standing.school.as_ref().and_then(|school| school.uai));
    let territory = territory(uai, body.school.territory, "/school/territory")?;
    if let Some(earlier) = standing.registration.as_ref().filter(|r| !r.state.allows_a_new_application()) {
        let state = earlier.state.label();
        return Err(Problem::new(
            ProblemKind::StateConflict,
            Phrase::new(
                format!(
                    "L’établissement a déjà une inscription, {} (GET /v1/registration).",
                    state.in_language(Language::French)
                ),
                format!(
                    "The school already has a registration, which is {} (GET /v1/registration).",
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
    let change = history::change(school_before.as_ref(), &school, tenant.subject, now);
    deps.table.apply(registration.clone(), before, school.clone(), change, entry).await?;
    tracing::info!(registration = %registration.id, "applied");
    Ok((StatusCode::CREATED, Json(RegistrationBody::new(registration, Some(&school), now))))
}

/// Nothing to show before the school has applied.
pub(crate) fn not_registered() -> Problem {
    Problem::explained(ProblemKind::NotFound, &Barred::NotRegistered)
}

/// What became of the registration
#[utoipa::path(
    get,
    path = "/v1/registration",
    operation_id = "registration",
    tag = "registration",
    security(("bearer" = ["admin"])),
    responses(
        (status = OK, description = "The registration as it stands.", body = RegistrationBody),
        (status = NOT_FOUND, description = "The school never applied."),
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
