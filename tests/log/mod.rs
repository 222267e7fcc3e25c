//! The sent log, compared with the sends.

pub mod books;
mod exports;
mod links;
mod search;
mod statistics;
