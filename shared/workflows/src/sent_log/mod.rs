//! Reading the sent log: page by page, whole, or as a file.

mod export;
mod message_body;
mod road;
mod walk;

pub use export::FileWriter;
pub use message_body::MessageBody;
pub use road::Road;
pub use walk::{Walk, Walked};
