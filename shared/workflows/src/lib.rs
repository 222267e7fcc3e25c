//! What needs the domain and the table: reading the sent log, adding months up, settling
//! parcels, erasing people.

mod erasing;
mod month_in_use;
pub mod sent_log;
mod settling;

pub use erasing::Erasing;
pub use month_in_use::MonthInUse;
pub use settling::{settle, settle_findings, settle_with};
