//! Prices of SMS.

mod micro_euros;
mod rate_card;

pub use micro_euros::MicroEuros;
pub use rate_card::{RateCard, RateCardVersion, UnknownRateCard};
