//! What became of messages, counted, and what is to be done about it.

mod figures;
mod latest_outcome;
mod numbers;

pub use figures::{DeliveryRate, Statistics};
pub use numbers::{NumberToCollect, NumbersOf};
