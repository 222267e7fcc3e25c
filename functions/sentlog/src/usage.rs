//! `GET /v1/usage` and `GET /v1/usage/months`: the cost of a school's months.

use api::{BudgetBody, FieldError, FieldErrors, Problem, QueryOf, ReaderOf};
use axum::{Json, extract::State};
use deserr::Deserr;
use domain::{
    budget::{Account, Budget, Month, Spending},
    language::Phrase,
    pricing::MicroEuros,
    school::School,
    usage::{Statement, Usage, forecast},
};
use jiff::Timestamp;
use serde::Serialize;
use store::Consistency;
use utoipa::{IntoParams, ToSchema};
use workflows::MonthInUse;

use crate::{deps::Deps, parts::PartsBody};

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsageQuery {
    /// The month. The current month if absent.
    #[deserr(default)]
    month: Option<Month>,
}

/// The usage of a month and its breakdown.
#[derive(Serialize, ToSchema)]
#[schema(as = Usage)]
pub(crate) struct UsageBody {
    #[serde(flatten)]
    month: MonthBody,
    #[serde(flatten)]
    parts: PartsBody,
    /// The budget of a month that is not closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    budget: Option<BudgetBody>,
    /// The projected cost at the end of the month.
    #[serde(skip_serializing_if = "Option::is_none")]
    forecast_micro_eur: Option<MicroEuros>,
}

/// The totals of a month.
#[derive(Serialize, ToSchema)]
#[schema(as = MonthlyUsage)]
pub(crate) struct MonthBody {
    #[schema(value_type = Month)]
    month: String,
    /// The time at which the month was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    closed_at: Option<String>,
    messages: u64,
    segments: u64,
    cost_micro_eur: MicroEuros,
}

impl MonthBody {
    fn new(month: Month, closed_at: Option<Timestamp>, total: Spending) -> Self {
        Self {
            month: month.to_string(),
            closed_at: closed_at.map(|at| at.to_string()),
            messages: total.messages,
            segments: total.segments,
            cost_micro_eur: total.committed,
        }
    }
}

impl UsageBody {
    fn closed(Statement { month, usage, closed_at }: Statement) -> Self {
        let month = MonthBody::new(month, Some(closed_at), usage.total);
        Self { month, parts: usage.into(), budget: None, forecast_micro_eur: None }
    }
}

/// Get the usage of a month
///
/// From the statement of a closed month, or from the messages of a month that is not closed.
#[utoipa::path(
    get,
    path = "/v1/usage",
    operation_id = "getUsage",
    tag = "messages",
    security(("bearer" = ["reader"])),
    params(UsageQuery),
    responses(
        (status = OK, description = "The usage.", body = UsageBody),
        (status = NOT_FOUND, description = "The school has no registration."),
    ),
)]
pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    QueryOf(query): QueryOf<UsageQuery>,
) -> Result<Json<UsageBody>, Problem> {
    if let Some(month) = query.month
        && let Some(statement) = deps.table.statement(tenant.school, month).await?
    {
        return Ok(Json(UsageBody::closed(statement)));
    }
    let school = deps.table.school(tenant.school).await?.ok_or_else(Problem::not_found)?;
    let month = query.month.unwrap_or_else(|| Month::of(deps.clock.now(), school.time_zone()));
    match deps.table.account(tenant.school, month).await? {
        Some(_) => in_use(&deps, &school, month).await,
        None => Ok(Json(empty(&deps, &school, month))),
    }
}

/// A month without a statement.
async fn in_use(deps: &Deps, school: &School, month: Month) -> Result<Json<UsageBody>, Problem> {
    let (table, now) = (&deps.table, deps.clock.now());
    let read = MonthInUse::read(table, school.id, month, Consistency::Eventual, now).await?;
    // Read after the messages, so that the remaining budget includes concurrent sends.
    let budget = table.budget(school, month).await?;
    let day = month.day(now, school.time_zone());
    let forecast = forecast(month, day, budget.spending.committed, read.due_by_now);
    Ok(Json(UsageBody {
        month: MonthBody::new(month, None, read.usage.total),
        parts: read.usage.into(),
        budget: Some((&budget).into()),
        forecast_micro_eur: Some(forecast),
    }))
}

/// A month without any commitment. It needs no statement.
fn empty(deps: &Deps, school: &School, month: Month) -> UsageBody {
    let zone = school.time_zone();
    let usage = Usage::default();
    if month.may_close(zone, deps.clock.now()) {
        return UsageBody::closed(Statement { month, usage, closed_at: month.closes_at(zone) });
    }
    let budget = Budget { month, spending: usage.total, ceilings: school.ceilings };
    UsageBody {
        month: MonthBody::new(month, None, usage.total),
        parts: usage.into(),
        budget: Some((&budget).into()),
        forecast_micro_eur: Some(MicroEuros::ZERO),
    }
}

#[derive(Debug, Deserr, IntoParams)]
#[deserr(error = FieldErrors, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct MonthsQuery {
    /// The first month.
    #[deserr(default)]
    from: Option<Month>,
    /// The last month.
    #[deserr(default)]
    to: Option<Month>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MonthlyUsageList)]
pub(crate) struct MonthsBody {
    /// The months with usage, newest first.
    months: Vec<MonthBody>,
}

/// List the usage by month
///
/// Totals only.
#[utoipa::path(
    get,
    path = "/v1/usage/months",
    operation_id = "listMonthlyUsage",
    tag = "messages",
    security(("bearer" = ["reader"])),
    params(MonthsQuery),
    responses((status = OK, description = "The months.", body = MonthsBody)),
)]
pub(crate) async fn months(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    QueryOf(MonthsQuery { from, to }): QueryOf<MonthsQuery>,
) -> Result<Json<MonthsBody>, Problem> {
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(months_are_reversed().into());
    }
    let accounts = deps.table.accounts(tenant.school, from, to).await?;
    let body = |account: Account| MonthBody::new(account.month, account.closed_at, account.spending);
    Ok(Json(MonthsBody { months: accounts.into_iter().map(body).collect() }))
}

fn months_are_reversed() -> FieldErrors {
    FieldErrors::one(FieldError::described(
        "/to",
        "months_are_reversed",
        Phrase::fixed(
            "Le dernier mois (to) précède le premier (from) : échangez-les.",
            "The last month (to) is before the first (from): exchange them.",
        ),
    ))
}
