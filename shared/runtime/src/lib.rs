//! What a function is on Lambda: its environment, its events, and the end of its time.

pub mod batch;
mod clock;
pub mod deadline;
pub mod environment;
mod lambda;

pub use batch::run_batches;
pub use clock::SystemClock;
pub use lambda::{run, run_streaming};
