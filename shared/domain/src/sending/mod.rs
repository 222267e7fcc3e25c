//! Sending: recipients, texts, dropped people and costs.
//!
//! A preview displays a [`Plan`]; a send writes one.

mod appointment;
mod avoided;
mod drop_reason;
mod households;
mod idempotency;
mod order;
mod parcel;
mod plan;
mod planned_message;
mod planning;
mod reachable;
mod recheck;
mod recipients;
mod record;
mod selection;
mod stored_message;
mod timing;

pub use appointment::{Appointment, Step};
pub use avoided::Avoided;
pub use drop_reason::{DropReason, Dropped};
pub use idempotency::{IdempotencyKey, IdempotencyKeyError, RequestDigest};
pub use order::{GivenValues, Order, Value};
pub use parcel::{PARCEL_SIZE, Parcel};
pub use plan::{Plan, PlanDigest, PlanError, Totals, Unwritten, UnwrittenText};
pub use planned_message::PlannedMessage;
pub use record::{Origin, Send, Tally};
pub use selection::{PickError, Selection};
pub use stored_message::{Recipient, RedactedMessage, StoredMessage};
pub use timing::{Timing, TimingError, Wait, Wish};
