//! A month's budget in answers.

use serde::Serialize;

use crate::{budget::Budget, pricing::MicroEuros};

/// A month's spending under the school's ceilings.
#[derive(Debug, Serialize)]
pub struct BudgetBody {
    month: String,
    committed_micro_eur: MicroEuros,
    monthly_ceiling_micro_eur: Option<MicroEuros>,
    send_ceiling_micro_eur: Option<MicroEuros>,
    left_micro_eur: Option<MicroEuros>,
}

impl From<&Budget> for BudgetBody {
    fn from(budget: &Budget) -> Self {
        Self {
            month: budget.month.to_string(),
            committed_micro_eur: budget.spending.committed,
            monthly_ceiling_micro_eur: budget.ceilings.month,
            send_ceiling_micro_eur: budget.ceilings.send,
            left_micro_eur: budget.left(),
        }
    }
}
