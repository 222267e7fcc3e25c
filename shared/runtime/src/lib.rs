//! What a function is on Lambda: its environment, its events, and the end of its time.

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
