//! The sent log, held to what was sent.

pub mod books;
mod exports;
mod links;
mod search;
mod statistics;
