//! The whole service on one machine: the same functions over an embedded DynamoDB, a queue on loopback, a
//! gateway with a token issuer, and simulated phones.

pub mod announcement;
mod api_page;
mod body_kind;
mod carrier_factory;
pub mod carriers;
mod data_dir;
pub mod demo;
mod dynamodb;
mod functions;
mod gateway;
mod http_function;
pub mod meter;
pub mod options;
mod paths;
mod phones;
pub mod queue;
mod running;
mod schedules;
mod start_error;
mod tokens;
mod watched;
mod wiring;

pub use http_function::HttpFunction;
pub use paths::{documents, first_part, function_of, takes};
pub use phones::{Inbox, ReceivedSms};
pub use running::{Addresses, Running, interrupted, start};
pub use start_error::StartError;
pub use tokens::Tokens;
pub use watched::{COMMAND as WATCH_COMMAND, WatchedFunction};
