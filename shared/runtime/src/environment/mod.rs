//! The environment of a function: the only module that reads it.

mod carriers;
mod services;
mod variables;

pub use carriers::{bridge_key, carriers, ovh, ovh_callback_secret, twilio_proof};
pub use services::{aws, erasure_key, exports_url, queue, reports, table};
pub use variables::{SettingError, clock};
