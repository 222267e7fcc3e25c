//! The queue on one machine: the SQS calls that our code makes, answered on loopback or in the process,
//! and batches handed to the functions as Lambda's event source mapping would.

mod api;
mod journal;
mod mapping;
mod messages;
mod unruly;

pub use api::{Api, LocalQueue, router};
pub use journal::{Journal, JournalError};
pub use mapping::{Batching, Consumer, Mapping};
pub use messages::{Message, Messages, Received};
pub use unruly::Unruly;

/// How often a message may be received before it is a dead letter, as in the SAM template: once
/// for the work, and four times for as many crashes.
pub const MAX_RECEIVES: u32 = 5;
