//! Delivering a parcel: blocks are claimed, carried, and recorded; nothing is sent twice.

mod failure;
mod progress;
mod retry;
mod state;

pub use failure::FailureReason;
pub use progress::{CLAIM_SIZE, Claim, Claimed, Progress, ProgressDecodeError, Worker};
pub use retry::RETRY_DELAYS_S;
pub use state::{IllegalMove, MessageState};
