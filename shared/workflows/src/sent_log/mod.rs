//! Reading the sent log: by page, completely, or as an export.

mod export;
mod message_body;
mod parcel_scan;
mod query;
mod reading;

pub use export::{FileWriter, cell};
pub use message_body::MessageBody;
pub use parcel_scan::ParcelScan;
pub use query::LogQuery;
pub use reading::LogPage;
