//! The sent log, held to what was sent.

mod books;
mod search;
