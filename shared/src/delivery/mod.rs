//! Delivering a parcel: blocks are claimed, carried, and recorded; nothing is sent twice.

mod cancellation;
mod condition;
mod failure;
mod pace;
mod progress;
mod receipt;
mod retry;
mod share;
mod state;

pub use cancellation::Cancellation;
pub use condition::{CarrierCondition, CarrierConditions, DeliveryState};
pub use failure::FailureReason;
pub use pace::{Booking, CapError, Lane, PartsPerSecond};
pub use progress::{
    AnotherWorkerIsAlive, CLAIM_SIZE, Claim, Claimed, End, Progress, ProgressDecodeError, Worker,
};
pub use receipt::{Receipt, Receipts, ReceiptsDecodeError};
pub use share::Share;
pub use state::{IllegalMove, MessageState};
