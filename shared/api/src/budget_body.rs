//! A month's budget in responses.

use serde::Serialize;
use utoipa::ToSchema;

use domain::{
    budget::{Budget, Month},
    pricing::MicroEuros,
};

/// A month's spending under the school's ceilings.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Budget)]
pub struct BudgetBody {
    #[schema(value_type = Month)]
    month: String,
    /// What was sent and what is still to leave.
    committed_micro_eur: MicroEuros,
    #[schema(required)]
    monthly_ceiling_micro_eur: Option<MicroEuros>,
    #[schema(required)]
    send_ceiling_micro_eur: Option<MicroEuros>,
    /// Below the monthly ceiling, if there is one.
    #[schema(required)]
    left_micro_eur: Option<MicroEuros>,
}

impl From<&Budget> for BudgetBody {
    fn from(budget: &Budget) -> Self {
        Self {
            month: budget.month.to_string(),
            committed_micro_eur: budget.spending.committed,
            monthly_ceiling_micro_eur: budget.ceilings.month,
            send_ceiling_micro_eur: budget.ceilings.send,
            left_micro_eur: budget.remaining(),
        }
    }
}
