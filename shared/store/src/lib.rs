//! The table: the only crate that reads and writes DynamoDB.
//!
//! One table, keys `pk` and `sk`. Every partition key of a school's data is built from a
//! [`SchoolId`](domain::id::SchoolId), which only a token provides.

mod agenda;
mod attributes;
mod audit;
mod carrier_statuses;
mod column_mapping;
mod condition;
mod consistency;
mod correlations;
mod dead_letters;
mod erasures;
mod error;
mod exports;
mod idempotency;
mod identifiers;
mod import_content;
mod import_lock;
mod import_writes;
mod imports;
mod keys;
mod lanes;
mod log;
mod mentions;
mod months;
mod opt_outs;
mod packing;
mod parcel_items;
mod parcels;
mod people;
mod person_rows;
mod places;
mod receipts;
mod registrations;
mod retention;
mod rows;
mod school_rows;
mod schools;
mod sends;
mod settling;
mod statements;
mod stored_parcel;
mod table;
mod templates;
mod transaction;

pub use consistency::Consistency;
pub use dead_letters::DeadLetter;
pub use erasures::BeginError;
pub use error::StoreError;
pub use idempotency::{Attempt, KeyUse, StoredAnswer};
pub use identifiers::PersonError;
pub use import_content::ImportContent;
pub use import_writes::WriteAttempt;
pub use lanes::LaneBooked;
pub use log::SendsPage;
pub use mentions::MentionsPage;

pub use people::PeoplePage;
pub use receipts::{ReceiptChange, ReceiptsOutcome};
pub use retention::OldSend;
pub use sends::{AcceptError, Acceptance};
pub use settling::{FindingsError, ProgressWritten};
pub use stored_parcel::{ParcelsOf, StoredParcel, Tracked};
pub use table::Table;
pub use templates::TemplateStoreError;
