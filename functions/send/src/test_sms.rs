//! `POST /v1/test-sms`: one SMS to a number that the administrator types.

use api::{
    AdminOf, FieldError, FieldErrors, JsonBody, Problem, Tenant, TypedPhone, at,
    documentation::IdempotencyKeyHeader,
};
use axum::{
    Extension,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use deserr::Deserr;
use domain::{
    audience::Audience,
    id::PersonId,
    language::{Language, Phrase},
    sending::{Origin, Plan, PlannedMessage, Timing},
    template::Context,
    text::MeasuredText,
};
use utoipa::ToSchema;

use crate::{
    accept::{AcceptedBody, Planned, Request, once},
    deps::Deps,
};

#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[schema(as = TestSmsRequest, examples(json!({ "phone": "06 39 98 00 10" })))]
pub(crate) struct TestSmsBody {
    phone: TypedPhone,
}

/// Send a test SMS
///
/// To a phone number outside the directory.
#[utoipa::path(
    post,
    path = "/v1/test-sms",
    operation_id = "sendTestSms",
    tag = "sends",
    security(("bearer" = ["admin"])),
    params(IdempotencyKeyHeader),
    request_body = TestSmsBody,
    responses((status = CREATED, description = "The accepted send.", body = AcceptedBody)),
)]
pub(crate) async fn send(
    AdminOf(tenant): AdminOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    headers: HeaderMap,
    JsonBody { value: body, bytes }: JsonBody<TestSmsBody>,
) -> Result<impl IntoResponse, Problem> {
    let planned = plan(&deps, &tenant, body);
    let request = Request { route: "POST /v1/test-sms", headers: &headers, bytes: &bytes, language };
    let answer = once(&deps, &tenant, request, planned).await?;
    Ok((StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], answer))
}

async fn plan(deps: &Deps, tenant: &Tenant, body: TestSmsBody) -> Result<Planned, Problem> {
    let now = deps.clock.now();
    let licensed = deps.table.standing(tenant.school).await?.check(now)?;
    let school = licensed.school();
    let phone = at("/phone", body.phone.read(school.territory))?;
    let price = licensed
        .rate_card()
        .unit_price(phone.destination())
        .filter(|_| school.reaches(phone.destination()))
        .ok_or_else(|| {
            FieldErrors::one(FieldError::described(
                "/phone",
                "country_closed",
                Phrase::fixed(
                    "Ce numéro est dans un pays que l’établissement n’a pas ouvert.",
                    "This number is in a country that the school did not open.",
                ),
            ))
        })?;
    if deps.table.opt_outs(tenant.school).await?.of(phone).is_some() {
        return Err(FieldErrors::one(FieldError::described(
            "/phone",
            "stopped",
            Phrase::fixed(
                "Le titulaire de ce numéro ne veut plus de SMS : essayez avec un autre.",
                "The owner of this number wants no more SMS: try another one.",
            ),
        ))
        .into());
    }
    // Holds the number for a STOP reply: it may belong to no person of the directory.
    deps.table.hold_numbers(tenant.school, std::iter::once(phone)).await?;
    let text = format!("SMS de test de {}. Le service fonctionne.", school.name);
    let text = school.encoding_mode.apply(&text).into_owned();
    let measured = MeasuredText::of(&text);
    let message = PlannedMessage {
        // A person id outside the directory.
        recipient: PersonId::generate(now),
        name: "Test".to_owned(),
        about: Vec::new(),
        phone,
        text,
        encoding: measured.encoding,
        segments: measured.segments,
        price: price.for_segments(measured.segments),
    };
    Ok(Planned {
        plan: Plan { messages: vec![message], ..Plan::default() },
        licensed,
        origin: Origin::Test,
        audience: Audience::Staff,
        context: Context::Information,
        // Requested just now by an administrator who waits for it.
        timing: Timing::at_once(now),
        left_out: 0,
        taken_up: Vec::new(),
    })
}
