//! `/v1/sends`: preview, send, and see how far a send has come.

use std::collections::{BTreeMap, BTreeSet};

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse,
};
use deserr::Deserr;
use serde::Serialize;
use shared::{
    delivery::MessageState,
    directory::{Audience, Directory},
    http::{
        FieldError, FieldErrors, JsonBody, Notice, PathId, Problem, ProblemKind, QueryOf, ReaderOf, SenderOf,
        Tenant,
    },
    id::{SendId, TemplateId},
    language::{Language, Phrase},
    sending::{Order, Origin, PARCEL_SIZE, Plan, Send, Value},
    template::{Context, TemplateLabel, TextWarning},
};

use crate::{
    Deps,
    accept::{Planned, Request, once},
    budget::{self, NearlySpent},
    order_body::OrderBody,
    plan_body::{Beside, PlanBody, TotalsBody},
    plan_problem::plan_problem,
};

/// Steps 1 to 4 of a send: licence and rights, people, reasons, texts and prices.
async fn plan(deps: &Deps, tenant: &Tenant, body: OrderBody) -> Result<(Planned, Order), Problem> {
    let expected_digest = body.preview_digest.clone();
    let licensed = deps.table.standing(tenant.school).await?.check(deps.clock.now())?;
    let ordered = body.order(&deps.table, tenant).await?;
    let directory = Directory::new(deps.table.all_people(tenant.school).await?);
    let plan = Plan::new(&ordered.order, &licensed, &directory).map_err(plan_problem)?;
    if expected_digest.is_some_and(|digest| digest != plan.digest().as_str()) {
        return Err(Problem::new(
            ProblemKind::PreviewOutdated,
            Phrase::fixed(
                "Des personnes, des numéros, les réglages, les prix ou le modèle ont changé depuis l’aperçu : refaites-le avant d’envoyer.",
                "People, numbers, settings, prices or the template changed since the preview: make a new one before sending.",
            ),
        ));
    }
    let (audience, context) = (ordered.order.wording.audience(), ordered.order.wording.context());
    Ok((Planned { plan, licensed, origin: ordered.origin, audience, context }, ordered.order))
}

/// What is better not in the words of a send: in its text, and in the values that came with it.
fn text_warnings(order: &Order) -> BTreeSet<TextWarning> {
    let given = order.values.by_person.values().chain([&order.values.common]);
    let values: BTreeSet<&str> = given.flat_map(BTreeMap::values).map(Value::as_str).collect();
    let texts = values.into_iter().chain([order.wording.body().source()]);
    texts.flat_map(TextWarning::of).collect()
}

#[derive(Debug, Deserr)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
pub(crate) struct PreviewQuery {
    /// The `next_offset` of the page before.
    #[deserr(default)]
    offset: Option<String>,
}

impl PreviewQuery {
    fn offset(&self) -> Result<usize, FieldErrors> {
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

pub(crate) async fn preview(
    SenderOf(tenant): SenderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    QueryOf(query): QueryOf<PreviewQuery>,
    JsonBody { value: body, .. }: JsonBody<OrderBody>,
) -> Result<Json<PlanBody>, Problem> {
    let offset = query.offset()?;
    let (Planned { plan, licensed, .. }, order) = plan(&deps, &tenant, body).await?;
    let budget = budget::read(&deps.table, licensed.school(), deps.clock.now()).await?;
    let price = plan.totals().price;
    let mut warnings: Vec<Notice> =
        text_warnings(&order).iter().map(|warning| Notice::of(warning, language)).collect();
    match budget.check(price) {
        Err(over) => warnings.push(Notice::of(&over, language)),
        Ok(()) => warnings
            .extend(NearlySpent::of(&budget.after(price)).map(|warning| Notice::of(&warning, language))),
    }
    if licensed.prices().have_changed() {
        warnings.push(Notice::of(&licensed.prices(), language));
    }
    let beside = Beside { budget: (&budget).into(), warnings };
    Ok(Json(PlanBody::new(plan, beside, offset, language)))
}

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

#[derive(Serialize)]
pub(crate) struct SendBody {
    id: SendId,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateBody>,
    audience: Audience,
    context: Context,
    accepted_at: String,
    accepted_by: String,
    expires_at: String,
    totals: TotalsBody,
    dropped: u32,
    /// How many messages are in each state at this moment.
    states: BTreeMap<&'static str, u32>,
}

#[derive(Serialize)]
struct TemplateBody {
    id: TemplateId,
    version: u64,
    label: TemplateLabel,
    /// Whether its text was edited for this send.
    edited: bool,
}

impl SendBody {
    fn new(send: Send, states: BTreeMap<&'static str, u32>) -> Self {
        Self {
            id: send.id,
            template: match send.origin {
                Origin::Template { id, version, label, edited } => {
                    Some(TemplateBody { id, version, label, edited })
                }
                Origin::Text | Origin::Test => None,
            },
            audience: send.audience,
            context: send.context,
            accepted_at: send.accepted_at.to_string(),
            accepted_by: send.accepted_by.into(),
            expires_at: send.expires_at.to_string(),
            totals: send.totals.into(),
            dropped: send.dropped,
            states,
        }
    }
}

pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    PathId(id): PathId<SendId>,
) -> Result<Json<SendBody>, Problem> {
    let send = deps.table.send(tenant.school, id).await?.ok_or_else(Problem::not_found)?;
    let progresses = deps.table.progresses(tenant.school, id).await?;
    let mut states: BTreeMap<&'static str, u32> = BTreeMap::new();
    let mut begun = 0;
    for (_, progress) in &progresses {
        for state in progress.states() {
            *states.entry(state.as_str()).or_default() += 1;
            begun += 1;
        }
    }
    debug_assert!(begun as usize <= usize::from(send.parcels) * PARCEL_SIZE);
    // A parcel that nobody has claimed has no progress yet.
    let waiting = send.totals.messages.saturating_sub(begun);
    if waiting > 0 {
        *states.entry(MessageState::Queued.as_str()).or_default() += waiting;
    }
    Ok(Json(SendBody::new(send, states)))
}
