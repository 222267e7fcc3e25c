//! Amounts of money.

use std::{fmt, iter::Sum};

use serde::{Deserialize, Serialize};

use crate::{language::Language, text::Segments};

/// An amount in millionths of a euro. Never negative, never fractional.
///
/// The only multiplication is `segments × unit price`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct MicroEuros(u64);

impl MicroEuros {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// Creates an amount from millionths of a euro.
    pub const fn new(micro_euros: u64) -> Self {
        Self(micro_euros)
    }

    /// Returns millionths of a euro.
    pub const fn get(self) -> u64 {
        self.0
    }

    /// Adds two amounts; `None` beyond 64 bits (18 × 10^12 euros).
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// Subtracts `other`; `None` if it is greater.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// Returns the price of a text at this price per segment.
    pub fn for_segments(self, segments: Segments) -> Self {
        Self(self.0.checked_mul(u64::from(segments.get())).expect("a segment costs some cents"))
    }

    /// Formats the exact amount with at least two decimals: `0,049 €`, `€0.049`.
    pub fn in_language(self, language: Language) -> String {
        let (euros, micro) = (self.0 / 1_000_000, self.0 % 1_000_000);
        let mut decimals = format!("{micro:06}");
        while decimals.len() > 2 && decimals.ends_with('0') {
            decimals.pop();
        }
        match language {
            Language::French => format!("{euros},{decimals}\u{a0}€"),
            Language::English => format!("€{euros}.{decimals}"),
        }
    }
}

impl Sum for MicroEuros {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |total, amount| {
            total.checked_add(amount).expect("a sum of prices is below 18 million million euros")
        })
    }
}

impl fmt::Display for MicroEuros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.in_language(Language::English))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_amount_is_written_exactly_with_at_least_two_decimals() {
        for (amount, french, english) in [
            (0, "0,00\u{a0}€", "€0.00"),
            (49_000, "0,049\u{a0}€", "€0.049"),
            (1_500_000, "1,50\u{a0}€", "€1.50"),
            (12_345_678, "12,345678\u{a0}€", "€12.345678"),
        ] {
            assert_eq!(MicroEuros::new(amount).in_language(Language::French), french);
            assert_eq!(MicroEuros::new(amount).in_language(Language::English), english);
        }
    }

    proptest! {
        #[test]
        fn the_price_of_a_text_is_the_sum_of_its_segments(unit in 0_u64..10_000_000, count in 1_u16..64) {
            let unit = MicroEuros::new(unit);
            let one_by_one: MicroEuros = std::iter::repeat_n(unit, usize::from(count)).sum();
            prop_assert_eq!(unit.for_segments(Segments::new(count).unwrap()), one_by_one);
        }

        #[test]
        fn what_is_added_can_be_taken_back(a: u32, b: u32) {
            let (a, b) = (MicroEuros::new(a.into()), MicroEuros::new(b.into()));
            prop_assert_eq!(a.checked_add(b).unwrap().checked_sub(b), Some(a));
        }
    }
}
