//! The sent log, held to what was sent.

mod exports;
mod links;
mod search;
