//! What a function is on Lambda: its environment, its events, and the end of its time.

pub mod deadline;
pub mod environment;
mod lambda;

pub use lambda::{run, run_streaming};
