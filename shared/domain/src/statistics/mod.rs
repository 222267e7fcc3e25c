//! What became of messages, counted, and what is to be done about it.

mod figures;
mod last_word;
mod numbers;

pub use figures::{DeliveryRate, Statistics};
pub use numbers::{NumberToCollect, NumbersOf};
