//! The environment of a function: the only module that reads it.

mod carriers;
mod clients;
mod process;
mod services;
mod variables;

pub use process::Environment;
pub use variables::SettingError;
