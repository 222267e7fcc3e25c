//! Reading the sent log: page by page, whole, or as a file.

mod export;
mod message_body;
mod parcel_scan;
mod query;
mod reading;

pub use export::FileWriter;
pub use message_body::MessageBody;
pub use parcel_scan::ParcelScan;
pub use query::LogQuery;
pub use reading::LogPage;
