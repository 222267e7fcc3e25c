//! Sending: who gets which text, who does not and why, and what it costs.
//!
//! A preview is a [`Plan`] that is shown; a send is a [`Plan`] that is written.

mod idempotency;
mod order;
mod parcel;
mod plan;
mod recipients;
mod record;

pub use idempotency::{IdempotencyKey, IdempotencyKeyError, RequestDigest};
pub use order::{GivenValues, Order, Selection, Value};
pub use parcel::{MessageReference, PARCEL_SIZE, Parcel, ParcelNumber};
pub use plan::{Plan, PlanDigest, PlanError, PlannedMessage, Totals, Unwritten, UnwrittenText};
pub use recipients::{DropReason, Dropped};
pub use record::{Origin, Send};
