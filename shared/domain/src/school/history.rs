//! The history of a school's settings.

use jiff::Timestamp;

use crate::line::Line;

/// A recorded change of a school's settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsChange {
    /// The resulting version of the settings.
    pub version: u64,
    pub changed_at: Timestamp,
    /// The `sub` claim of the token.
    pub changed_by: Line<128>,
    /// Each setting once.
    pub settings: Vec<ChangedSetting>,
}

/// One setting before and after a change, as in the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedSetting {
    /// The name in the API.
    pub name: String,
    /// Null if it was unset.
    pub before: serde_json::Value,
    pub after: serde_json::Value,
}
