//! What Carillon, SMS for schools, is about: values, and decisions about them.
//!
//! No async, no I/O, no SDK and no web framework: `Cargo.toml` names none.

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
