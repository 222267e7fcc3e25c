//! Delivering a parcel: blocks are claimed, carried, and recorded; nothing is sent twice.

mod cancellation;
mod failure;
mod pace;
mod progress;
mod retry;
mod state;

pub use cancellation::Cancellation;
pub use failure::FailureReason;
pub use pace::{Booking, CapError, Lane, PartsPerSecond};
pub use progress::{
    AnotherWorkerIsAlive, CLAIM_SIZE, Claim, Claimed, End, Progress, ProgressDecodeError, Worker,
};
pub use state::{IllegalMove, MessageState};
