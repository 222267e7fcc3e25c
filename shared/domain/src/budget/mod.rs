//! What a school may spend, and what it has.

mod month;

pub use month::{Month, NotAMonth};

use jiff::Timestamp;

use crate::{
    codes::codes,
    language::{Explain, Language, Phrase},
    pricing::MicroEuros,
    text::Segments,
};

/// The most that a school may spend; none for no ceiling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ceilings {
    /// In a month of its own time zone.
    pub month: Option<MicroEuros>,
    /// With one send.
    pub send: Option<MicroEuros>,
}

/// What a month has committed to, less what was given back for texts that never left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spending {
    /// Texts.
    pub messages: u64,
    /// Their segments.
    pub segments: u64,
    /// Their price.
    pub committed: MicroEuros,
}

impl Spending {
    /// One more message.
    pub fn add(&mut self, segments: Segments, price: MicroEuros) {
        self.messages += 1;
        self.segments += u64::from(segments.get());
        self.committed = [self.committed, price].into_iter().sum();
    }
}

/// What a school's month has committed to, and whether it is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// The month.
    pub month: Month,
    /// What it has committed to.
    pub spending: Spending,
    /// Since when its statement stands and nothing changes it; none while it is open.
    pub closed_at: Option<Timestamp>,
}

/// A month's spending under a school's ceilings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// The month.
    pub month: Month,
    /// What it has committed to.
    pub spending: Spending,
    /// What it may.
    pub ceilings: Ceilings,
}

/// Why a send does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OverBudget {
    /// It costs more than one send may.
    #[error("a send of {price} under a ceiling of {ceiling}")]
    Send {
        /// What it costs.
        price: MicroEuros,
        /// What it may.
        ceiling: MicroEuros,
    },
    /// The month does not leave room for it.
    #[error("a send of {price} in a month of at most {ceiling}")]
    Month {
        /// What it costs.
        price: MicroEuros,
        /// What the whole month may.
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
                    "Cet envoi coûte {}, plus que le plafond par envoi de l’établissement, {} : faites-en plusieurs, ou relevez le plafond (PATCH /v1/school).",
                    fr(price),
                    fr(ceiling)
                ),
                format!(
                    "This send costs {}, more than the school's ceiling for one send, {}: make several, or raise the ceiling (PATCH /v1/school).",
                    en(price),
                    en(ceiling)
                ),
            ),
            Self::Month { .. } => Phrase::new(
                format!(
                    "Cet envoi coûte {} et ne tient plus sous le plafond mensuel de l’établissement, {} (GET /v1/budget) : réduisez-le, ou relevez le plafond (PATCH /v1/school).",
                    fr(price),
                    fr(ceiling)
                ),
                format!(
                    "This send costs {} and no longer fits under the school's monthly ceiling, {} (GET /v1/budget): send less, or raise the ceiling (PATCH /v1/school).",
                    en(price),
                    en(ceiling)
                ),
            ),
        }
    }
}

impl Budget {
    /// The share of the monthly ceiling from which people are warned, in percent.
    pub const WARNING_PERCENT: u64 = 80;

    /// Checks that a send fits. What holds under concurrency is the condition of the commit point;
    /// this says so before anything is written.
    pub fn check(&self, price: MicroEuros) -> Result<(), OverBudget> {
        if let Some(ceiling) = self.ceilings.send.filter(|ceiling| price > *ceiling) {
            return Err(OverBudget::Send { price, ceiling });
        }
        match self.ceilings.month {
            // A free send spends nothing of a month that is spent.
            Some(ceiling) if price > MicroEuros::ZERO && price > self.room(ceiling) => {
                Err(OverBudget::Month { price, ceiling })
            }
            _ => Ok(()),
        }
    }

    /// What is left of the month; none without a ceiling.
    pub fn left(&self) -> Option<MicroEuros> {
        self.ceilings.month.map(|ceiling| self.room(ceiling))
    }

    /// Whether four fifths of the month's ceiling are committed, and how much of it in percent.
    pub fn warning_percent(&self) -> Option<u64> {
        let ceiling = self.ceilings.month?.get();
        let committed = self.spending.committed.get();
        if ceiling == 0 || committed == 0 {
            return None;
        }
        let percent = u64::try_from(u128::from(committed) * 100 / u128::from(ceiling)).unwrap_or(u64::MAX);
        (percent >= Self::WARNING_PERCENT).then_some(percent)
    }

    /// The budget after one more send.
    pub fn after(mut self, price: MicroEuros) -> Self {
        let committed = self.spending.committed.checked_add(price);
        self.spending.committed = committed.unwrap_or(MicroEuros::new(u64::MAX));
        self
    }

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
        // A ceiling may have been lowered under what is committed already.
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
        fn what_is_left_is_what_fits(committed in 0_u64..200, ceiling in 0_u64..200, price in 1_u64..200) {
            let budget = budget(committed, Some(ceiling), None);
            let fits = budget.check(MicroEuros::new(price)).is_ok();
            prop_assert_eq!(fits, price <= budget.left().unwrap().get());
            prop_assert_eq!(fits, committed + price <= ceiling);
        }
    }
}
