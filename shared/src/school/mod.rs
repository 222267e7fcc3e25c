//! The school, our tenant.

mod callback_number;
mod profile;
mod territory;
mod time_zone;
mod uai;

pub use callback_number::{CallbackNumber, CallbackNumberError};
pub use profile::{School, SchoolName};
pub use territory::{Territory, UnknownTerritory};
pub use uai::{Uai, UaiError};
