//! The Lambda runtime of a function: environment, events and deadline.

pub mod batch;
mod clock;
pub mod deadline;
mod environment;
mod lambda;
mod services;

pub use batch::run_batches;
pub use clock::SystemClock;
pub use environment::{Environment, SettingError};
pub use lambda::{run, run_streaming};
pub use services::Services;
