//! `POST /v1/sends/preview` and `POST /v1/sends`: one path, whose first part is the preview.

use std::collections::{BTreeMap, BTreeSet};

use api::{
    FieldError, FieldErrors, JsonBody, Notice, Problem, ProblemKind, QueryOf, Role, SenderOf, Tenant, at,
    documentation::IdempotencyKeyHeader, forbidden,
};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use deserr::Deserr;
use domain::{
    language::{Language, Phrase},
    sending::{Order, Plan, Timing, TimingError, Value},
    template::TextWarning,
};
use utoipa::IntoParams;

use crate::{
    accept::{AcceptedBody, Planned, Request, once, standing_warnings},
    budget::{self, NearlySpent},
    deps::Deps,
    dispatch::DispatchBody,
    order_body::OrderBody,
    plan_body::{Beside, PlanBody},
    plan_problem::plan_problem,
};

/// The first half of a send, and a preview: licence and roles, people, reasons, texts and prices.
async fn plan(deps: &Deps, tenant: &Tenant, body: OrderBody) -> Result<(Planned, Order), Problem> {
    let expected_digest = body.preview_digest.clone();
    let ((wish, pointer), urgent, now) = (body.wish()?, body.urgent, deps.clock.now());
    if urgent && tenant.role != Role::Admin {
        return Err(forbidden(&[Role::Admin]));
    }
    let licensed = deps.table.standing(tenant.school).await?.check(now)?;
    let ordered = body.order(&deps.table, tenant).await?;
    let directory = deps.table.directory(tenant.school).await?;
    let plan = Plan::new(&ordered.order, &licensed, &directory).map_err(plan_problem)?;
    if expected_digest.is_some_and(|digest| digest.as_str() != plan.digest().as_str()) {
        return Err(Problem::new(
            ProblemKind::PreviewOutdated,
            Phrase::fixed(
                "Des personnes, des numéros, les réglages, les prix ou le modèle ont changé depuis l’aperçu : refaites-le avant d’envoyer.",
                "People, numbers, settings, prices or the template changed since the preview: make a new one before sending.",
            ),
        ));
    }
    let (audience, context) = (ordered.order.wording.audience(), ordered.order.wording.context());
    let timing = at(pointer, Timing::new(wish, urgent, context, licensed.school(), now))?;
    if licensed.licence().is_over(timing.due_at) {
        return Err(FieldErrors::one(FieldError::new(pointer, &TimingError::AfterTheLicence)).into());
    }
    Ok((
        Planned {
            plan,
            licensed,
            origin: ordered.origin,
            audience,
            context,
            timing,
            left_out: 0,
            taken_up: Vec::new(),
        },
        ordered.order,
    ))
}

/// Warnings about a send's text and the values from the request.
fn text_warnings(order: &Order) -> BTreeSet<TextWarning> {
    let given = order.values.by_person.values().chain([&order.values.common]);
    let values: BTreeSet<&str> = given.flat_map(BTreeMap::values).map(Value::as_str).collect();
    let texts = values.into_iter().chain([order.wording.body().source()]);
    texts.flat_map(TextWarning::of).collect()
}

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PreviewQuery {
    /// The `next_offset` of the previous page.
    #[deserr(default)]
    #[param(value_type = Option<u32>, minimum = 0, maximum = 4_294_967_295_u32)]
    offset: Option<String>,
}

impl PreviewQuery {
    fn offset(&self) -> Result<u32, FieldErrors> {
        self.offset.as_deref().map_or(Ok(0), str::parse).map_err(|_| {
            FieldErrors::one(FieldError::described(
                "/offset",
                "out_of_range",
                Phrase::fixed(
                    "Donnez le next_offset de la page précédente.",
                    "Give the next_offset of the page before.",
                ),
            ))
        })
    }
}

/// Preview a send
///
/// Returns the planned messages and their cost without sending. The `digest` binds a send to this preview.
#[utoipa::path(
    post,
    path = "/v1/sends/preview",
    operation_id = "previewSend",
    tag = "sends",
    security(("bearer" = ["sender"])),
    params(PreviewQuery),
    request_body = OrderBody,
    responses(
        (status = OK, description = "The preview.", body = PlanBody),
        (status = CONFLICT, description = "The preview of the digest is outdated."),
    ),
)]
pub(crate) async fn preview(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<PreviewQuery>,
    JsonBody { value: body, .. }: JsonBody<OrderBody>,
) -> Result<Json<PlanBody>, Problem> {
    let offset = query.offset()? as usize;
    let (Planned { plan, licensed, timing, .. }, order) = plan(&deps, &tenant, body).await?;
    let budget = budget::read(&deps.table, licensed.school(), timing.due_at).await?;
    let price = plan.totals().price;
    let mut warnings: Vec<Notice> =
        text_warnings(&order).iter().map(|warning| Notice::of(warning, language)).collect();
    match budget.check(price) {
        Err(over) => warnings.push(Notice::of(&over, language)),
        Ok(()) => warnings
            .extend(NearlySpent::of(&budget.after(price)).map(|warning| Notice::of(&warning, language))),
    }
    warnings.extend(standing_warnings(&licensed, &timing, deps.clock.now(), language));
    let leaves = DispatchBody::new(&timing, licensed.school(), language);
    let beside = Beside { leaves, budget: (&budget).into(), warnings };
    Ok(Json(PlanBody::new(plan, beside, offset, language)))
}

/// Create a send
#[utoipa::path(
    post,
    path = "/v1/sends",
    operation_id = "createSend",
    tag = "sends",
    security(("bearer" = ["sender"])),
    params(IdempotencyKeyHeader),
    request_body = OrderBody,
    responses((status = CREATED, description = "The accepted send.", body = AcceptedBody)),
)]
pub(crate) async fn send(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    headers: HeaderMap,
    JsonBody { value: body, bytes }: JsonBody<OrderBody>,
) -> Result<impl IntoResponse, Problem> {
    let planned = async { Ok(plan(&deps, &tenant, body).await?.0) };
    let request = Request { route: "POST /v1/sends", headers: &headers, bytes: &bytes, language };
    let answer = once(&deps, &tenant, request, planned).await?;
    Ok((StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], answer))
}
