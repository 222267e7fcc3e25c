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
mod registrations;
mod rows;
mod schools;
mod sends;
mod table;
mod templates;

pub use due_sends::DueSend;
pub use error::StoreError;
pub use idempotency::{Attempt, KeyUse, StoredAnswer};
pub use parcels::StoredParcel;
pub use people::PeoplePage;
pub use sends::{Acceptance, SendsPage};
pub use table::Table;
pub use templates::TemplateStoreError;
