//! The running service for tests and benchmarks: over HTTP, like a front end.

mod client;
mod csv;
mod directory;
mod functions;
mod past;
mod service;
mod watch_server;
pub mod world;

pub use client::{Answer, Client};
pub use csv::pupils_csv;
pub use directory::create_people;
pub use functions::{Functions, batch, planned_message};
pub use past::{Became, accept_past, past_send, sends_of, write_past};
pub use service::{Service, application};
pub use watch_server::WatchServer;
