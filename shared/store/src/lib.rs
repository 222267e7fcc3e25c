//! The table: the only place that reads and writes DynamoDB.
//!
//! One table, keys `pk` and `sk`. Every partition key of a school's data is built from a
//! [`SchoolId`](domain::id::SchoolId), which only a token gives.

mod agenda;
mod audit;
mod carrier_conditions;
mod correlations;
mod dead_letters;
mod erasures;
mod error;
mod exports;
mod idempotency;
mod keys;
mod lanes;
mod log;
mod mentions;
mod months;
mod opt_outs;
mod packing;
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
mod table;
mod templates;

pub use dead_letters::DeadLetter;
pub use erasures::BeginError;
pub use error::StoreError;
pub use idempotency::{Attempt, KeyUse, StoredAnswer};
pub use lanes::LaneBooked;
pub use log::{Consistency, ParcelOf};
pub use mentions::MentionsPage;
pub use parcels::{ParcelsOf, StoredParcel, Tracked};
pub use people::PeoplePage;
pub use receipts::{News, ReceiptsKept};
pub use retention::OldSend;
pub use sends::{AcceptError, Acceptance, SendsPage};
pub use settling::{FindingsError, Kept};
pub use table::Table;
pub use templates::TemplateStoreError;
