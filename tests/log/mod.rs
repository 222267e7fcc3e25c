//! The sent log, compared with the sends.

mod books;
mod exports;
mod links;
mod search;
mod statistics;
