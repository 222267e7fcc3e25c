//! The table: the only place that reads and writes DynamoDB.
//!
//! One table, keys `pk` and `sk`. Every partition key of a school's data is built from a
//! [`SchoolId`](crate::id::SchoolId), which only a token gives.

mod due_sends;
mod error;
mod idempotency;
mod keys;
mod parcels;
mod people;
mod person_rows;
mod registrations;
mod rows;
mod school_rows;
mod schools;
mod sends;
mod table;
mod templates;

pub use due_sends::DueSend;
pub use error::StoreError;
pub use idempotency::{Attempt, KeyUse, StoredAnswer};
pub use parcels::{ParcelsOf, StoredParcel};
pub use people::PeoplePage;
pub use sends::{AcceptError, Acceptance, SendsPage};
pub use table::Table;
pub use templates::TemplateStoreError;
