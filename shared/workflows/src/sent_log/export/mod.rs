//! Exports of the sent log, written message by message.

mod cell;
mod columns;
mod file;

pub use cell::cell;
pub use file::FileWriter;
