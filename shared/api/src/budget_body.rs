//! A month's budget in responses.

use serde::Serialize;
use utoipa::ToSchema;

use domain::{
    budget::{Budget, Month},
    pricing::MicroEuros,
};

/// The spending of a month and the ceilings of the school.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Budget)]
pub struct BudgetBody {
    #[schema(value_type = Month)]
    month: String,
    /// The cost of sent and of scheduled messages.
    committed_micro_eur: MicroEuros,
    #[schema(required)]
    monthly_ceiling_micro_eur: Option<MicroEuros>,
    #[schema(required)]
    send_ceiling_micro_eur: Option<MicroEuros>,
    /// The remaining amount under the monthly ceiling. `null` without a monthly ceiling.
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
