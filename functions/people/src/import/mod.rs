//! People from the file that a school's software exports.
//!
//! Bytes become text ([`decode`](self)), text becomes lines, and lines meet the directory: each is
//! created, updated, unchanged, or refused for a reason. The same file twice changes nothing.

mod address_cells;
mod cell;
mod columns;
mod decoding;
mod header;
mod line;
mod matching;
mod reconcile;
mod refusal;

pub use line::FileError;
pub use reconcile::{Import, ImportOptions, LineReport, Outcome, reconcile};
pub use refusal::LineRefusal;
