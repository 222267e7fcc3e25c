//! The domain of Carillon, SMS for schools: values and decisions.
//!
//! No async, no I/O, no SDK, no web framework: `Cargo.toml` has none.

pub mod address;
pub mod audience;
pub mod audit;
pub mod budget;
pub mod clock;
mod codes;
pub mod delivery;
pub mod directory;
pub mod erasure;
pub mod id;
pub mod import;
pub mod keys;
pub mod language;
pub mod line;
pub mod phone;
pub mod pricing;
pub mod registration;
pub mod role;
pub mod schema;
pub mod school;
pub mod sending;
pub mod sent_log;
pub mod span;
pub mod statistics;
pub mod template;
pub mod territory;
pub mod text;
pub mod usage;
