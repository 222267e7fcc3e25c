//! The queue on one machine: the SQS calls of our code, on loopback or in the process, and batches for the
//! functions like Lambda's event source mapping.

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

/// The receive limit before the dead-letter queue, as in the SAM template: once for the work, and four times
/// for as many crashes.
pub const MAX_RECEIVES: u32 = 5;
