//! SMS texts: encoding and segments.

mod encoding;
mod gsm7;
mod mode;
mod offending;
mod segments;

pub use encoding::Encoding;
pub use mode::{EncodingMode, UnknownEncodingMode};
pub use offending::{OffendingCharacter, TextReport};
pub use segments::{MeasuredText, Segments};
