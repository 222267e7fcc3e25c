//! The sent log: what was sent, to whom, at what price, and what became of it.
//!
//! There is no index of messages. Parcels are read where they lie, many with each call; what concerns one person
//! is found by its [`Mentions`].

pub mod export;
mod filter;
mod logged;
mod mentions;
mod sends_in_span;

pub use filter::{Filter, NumberPart, NumberPartError};
pub use logged::Logged;
pub use mentions::{Mention, Mentions, NotMentions};
pub use sends_in_span::sends_due_in;
