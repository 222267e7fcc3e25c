//! The Lambda runtime of a function: environment, events and deadline.

mod clock;
pub mod deadline;
pub mod environment;
mod lambda;

pub use clock::SystemClock;
pub use lambda::{run, run_streaming};
