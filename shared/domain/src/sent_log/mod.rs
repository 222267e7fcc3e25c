//! The sent log: messages, recipients, prices and outcomes.
//!
//! Messages have no index. Parcels are read in place, many per call; [`Mentions`] locate a person's
//! messages.

pub mod export;
mod filter;
mod logged;
mod mentions;
mod sends_in_span;

pub use filter::{Filter, NumberPart, NumberPartError};
pub use logged::Logged;
pub use mentions::{Mention, Mentions, NotMentions};
pub use sends_in_span::sends_due_in;
