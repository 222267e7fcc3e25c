//! The queue on one machine: the SQS calls that our code makes, answered on loopback, and batches
//! handed to the function as Lambda's event source mapping would.

mod api;
mod journal;
mod mapping;
mod messages;

pub(crate) use api::{Api, router};
pub(crate) use journal::Journal;
pub(crate) use mapping::Mapping;
pub(crate) use messages::Messages;
