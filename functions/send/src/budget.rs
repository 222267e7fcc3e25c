//! `GET /v1/budget`: a school's budget for the month.

use api::{BudgetBody, Notice, Problem, ReaderOf};
use axum::{Extension, Json, extract::State};
use domain::{
    budget::{Budget, Month},
    language::{Explain, Language, Phrase},
    school::School,
};
use jiff::Timestamp;
use serde::Serialize;
use store::{StoreError, Table};
use utoipa::ToSchema;

use crate::deps::Deps;

#[derive(Serialize, ToSchema)]
#[schema(as = MonthlyBudget)]
pub(crate) struct BudgetAnswer {
    #[serde(flatten)]
    budget: BudgetBody,
    messages: u64,
    segments: u64,
    warnings: Vec<Notice>,
}

/// A warning from four fifths of the budget.
pub(crate) struct NearlySpent {
    percent: u64,
}

impl NearlySpent {
    /// The warning for a budget, if any.
    pub fn of(budget: &Budget) -> Option<Self> {
        budget.warning_percent().map(|percent| Self { percent })
    }
}

impl Explain for NearlySpent {
    fn code(&self) -> &'static str {
        "budget_nearly_spent"
    }

    fn explain(&self) -> Phrase {
        let percent = self.percent;
        Phrase::new(
            format!("Le mois atteint {percent} % du plafond de dépenses de l’établissement."),
            format!("The month is at {percent}% of the school's spending ceiling."),
        )
    }
}

/// The budget of an instant's month.
pub(crate) async fn read(table: &Table, school: &School, now: Timestamp) -> Result<Budget, StoreError> {
    table.budget(school, Month::of(now, school.time_zone())).await
}

/// Get the budget
#[utoipa::path(
    get,
    path = "/v1/budget",
    operation_id = "getBudget",
    tag = "sends",
    security(("bearer" = ["reader"])),
    responses(
        (status = OK, description = "The budget of the current month, in the school's time zone.", body = BudgetAnswer),
        (status = NOT_FOUND, description = "The school has no registration."),
    ),
)]
pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
) -> Result<Json<BudgetAnswer>, Problem> {
    let school = deps.table.school(tenant.school).await?.ok_or_else(Problem::not_found)?;
    let budget = read(&deps.table, &school, deps.clock.now()).await?;
    Ok(Json(BudgetAnswer {
        budget: (&budget).into(),
        messages: budget.spending.messages,
        segments: budget.spending.segments,
        warnings: NearlySpent::of(&budget).iter().map(|warning| Notice::of(warning, language)).collect(),
    }))
}
