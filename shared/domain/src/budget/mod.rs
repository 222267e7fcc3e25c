//! A school's budget: spending and ceilings.

mod month;

pub use month::{Month, NotAMonth};

use jiff::Timestamp;

use crate::{
    codes::codes,
    language::{Explain, Language, Phrase},
    pricing::MicroEuros,
    text::Segments,
};

/// Spending limits of a school; `None` for no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ceilings {
    /// Per month in its own time zone.
    pub month: Option<MicroEuros>,
    /// Per send.
    pub send: Option<MicroEuros>,
}

/// Committed spending of a month, less refunds for unsent messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spending {
    pub messages: u64,
    pub segments: u64,
    pub committed: MicroEuros,
}

impl Spending {
    /// Adds one message.
    pub fn add(&mut self, segments: Segments, price: MicroEuros) {
        self.messages += 1;
        self.segments += u64::from(segments.get());
        self.committed = [self.committed, price].into_iter().sum();
    }
}

/// A school's account of a month: spending and close.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub month: Month,
    pub spending: Spending,
    /// When the statement was issued; `None` while the month is open.
    pub closed_at: Option<Timestamp>,
}

/// A month's spending under a school's ceilings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub month: Month,
    pub spending: Spending,
    pub ceilings: Ceilings,
}

/// Why a send exceeds the budget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// Exceeds the limit per send.
    #[error("a send of {price} under a ceiling of {ceiling}")]
    Send { price: MicroEuros, ceiling: MicroEuros },
    /// Exceeds the month's remaining budget.
    #[error("a send of {price} in a month of at most {ceiling}")]
    Month {
        price: MicroEuros,
        /// The limit of the whole month.
        ceiling: MicroEuros,
    },
}

codes! {
    OverBudget {
        Self::Send { .. } => "send_ceiling",
        Self::Month { .. } => "monthly_ceiling",
    }
}

impl Explain for OverBudget {
    fn code(&self) -> &'static str {
        self.as_code()
    }

    fn explain(&self) -> Phrase {
        let (Self::Send { price, ceiling } | Self::Month { price, ceiling }) = self;
        let fr = |amount: &MicroEuros| amount.in_language(Language::French);
        let en = |amount: &MicroEuros| amount.in_language(Language::English);
        match self {
            Self::Send { .. } => Phrase::new(
                format!(
                    "Cet envoi coûte {}, plus que le plafond par envoi de l’établissement, {} : faites-en plusieurs, ou relevez le plafond.",
                    fr(price),
                    fr(ceiling)
                ),
                format!(
                    "This send costs {}, more than the school's ceiling for one send, {}: make several, or raise the ceiling.",
                    en(price),
                    en(ceiling)
                ),
            ),
            Self::Month { .. } => Phrase::new(
                format!(
                    "Cet envoi coûte {} et ne tient plus sous le plafond mensuel de l’établissement, {} : réduisez-le, ou relevez le plafond.",
                    fr(price),
                    fr(ceiling)
                ),
                format!(
                    "This send costs {} and no longer fits under the school's monthly ceiling, {}: send less, or raise the ceiling.",
                    en(price),
                    en(ceiling)
                ),
            ),
        }
    }
}

impl Budget {
    /// Percentage of the monthly ceiling that triggers a warning.
    pub const WARNING_PERCENT: u64 = 80;

    /// Checks that a send fits, before anything is written. Under concurrency, the condition of the
    /// commit point decides.
    pub fn check(&self, price: MicroEuros) -> Result<(), OverBudget> {
        if let Some(ceiling) = self.ceilings.send.filter(|ceiling| price > *ceiling) {
            return Err(OverBudget::Send { price, ceiling });
        }
        match self.ceilings.month {
            // A free send fits even an exhausted month.
            Some(ceiling) if price > MicroEuros::ZERO && price > self.room(ceiling) => {
                Err(OverBudget::Month { price, ceiling })
            }
            _ => Ok(()),
        }
    }

    /// What remains of the month; none without a ceiling.
    pub fn remaining(&self) -> Option<MicroEuros> {
        self.ceilings.month.map(|ceiling| self.room(ceiling))
    }

    /// Returns the percentage of the ceiling committed, from 80 % on.
    pub fn warning_percent(&self) -> Option<u64> {
        let ceiling = self.ceilings.month?.get();
        let committed = self.spending.committed.get();
        if ceiling == 0 || committed == 0 {
            return None;
        }
        let percent = u64::try_from(u128::from(committed) * 100 / u128::from(ceiling))
            .expect("a month costs less than a million million euros");
        (percent >= Self::WARNING_PERCENT).then_some(percent)
    }

    /// Adds one more send to the budget.
    pub fn after(mut self, price: MicroEuros) -> Self {
        self.spending.committed = [self.spending.committed, price].into_iter().sum();
        self
    }

    /// Nothing where more is committed than a ceiling that was lowered.
    fn room(&self, ceiling: MicroEuros) -> MicroEuros {
        ceiling.checked_sub(self.spending.committed).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn budget(committed: u64, month: Option<u64>, send: Option<u64>) -> Budget {
        let ceilings = Ceilings { month: month.map(MicroEuros::new), send: send.map(MicroEuros::new) };
        let spending = Spending { committed: MicroEuros::new(committed), ..Spending::default() };
        Budget { month: Month::parse("2026-11").unwrap(), spending, ceilings }
    }

    #[test]
    fn a_send_fits_up_to_the_last_micro_euro() {
        let code = |budget: Budget, price| budget.check(MicroEuros::new(price)).map_err(|over| over.code());
        assert_eq!(code(budget(60, Some(100), None), 40), Ok(()));
        assert_eq!(code(budget(60, Some(100), None), 41), Err("monthly_ceiling"));
        assert_eq!(code(budget(60, Some(100), Some(30)), 31), Err("send_ceiling"));
        assert_eq!(code(budget(60, None, None), u64::MAX), Ok(()));
        // A ceiling may be lowered below the committed spending.
        assert_eq!(code(budget(60, Some(50), None), 1), Err("monthly_ceiling"));
        assert_eq!(code(budget(60, Some(50), None), 0), Ok(()));
    }

    #[test]
    fn people_are_warned_from_four_fifths_of_the_month_on() {
        for (committed, warning) in
            [(0, None), (79, None), (80, Some(80)), (100, Some(100)), (120, Some(120))]
        {
            assert_eq!(budget(committed, Some(100), None).warning_percent(), warning);
        }
        assert_eq!(budget(5, None, None).warning_percent(), None);
        assert_eq!(budget(5, Some(0), None).warning_percent(), None);
    }

    proptest! {
        #[test]
        fn what_remains_is_what_fits(committed in 0_u64..200, ceiling in 0_u64..200, price in 1_u64..200) {
            let budget = budget(committed, Some(ceiling), None);
            let fits = budget.check(MicroEuros::new(price)).is_ok();
            prop_assert_eq!(fits, price <= budget.remaining().unwrap().get());
            prop_assert_eq!(fits, committed + price <= ceiling);
        }
    }
}
