//! Delivery of a parcel: blocks are claimed, submitted and recorded; nothing is sent twice.

mod cancellation;
mod carrier_name;
mod carrier_statuses;
mod failure;
mod outcome;
mod pace;
mod parcel_tag;
mod progress;
mod receipt;
mod report;
mod retry;
mod share;
mod state;
mod write_outcome;

pub use cancellation::Cancellation;
pub use carrier_name::{CarrierName, UnknownCarrier};
pub use carrier_statuses::{CarrierStatus, CarrierStatuses, DeliveryState};
pub use failure::FailureReason;
pub use outcome::Outcome;
pub use pace::{Booking, CapError, Lane, PartsPerSecond};
pub use parcel_tag::{NotAParcelTag, ParcelTag};
pub use progress::{CLAIM_SIZE, Claim, ClaimHeld, Claimed, End, Progress, ProgressDecodeError, Worker};
pub use receipt::{Receipt, Receipts, ReceiptsDecodeError};
pub use report::{About, NotAReport, Reply, Report};
pub use share::Share;
pub use state::{IllegalMove, MessageState};
pub use write_outcome::WriteOutcome;
