//! Workflows over domain and table: reading the sent log, summing months, settling parcels, erasing
//! people.

mod erasing;
mod importing;
mod month_in_use;
pub mod sent_log;
mod settling;

pub use erasing::Erasing;
pub use importing::Importing;
pub use month_in_use::MonthInUse;
pub use settling::{settle, settle_findings, settle_with};
