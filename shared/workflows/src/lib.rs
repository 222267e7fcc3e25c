//! What needs the domain and the table: reading the sent log, adding months up, erasing people.

mod erasing;
mod month_in_use;
pub mod sent_log;

pub use erasing::Erasing;
pub use month_in_use::MonthInUse;
