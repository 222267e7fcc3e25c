//! Import of people from a file of school software.
//!
//! Bytes become text ([`decode`](self)), text becomes lines, and lines are reconciled with the directory:
//! created, updated, unchanged, or refused for a reason. A second import of the same file changes nothing.

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
