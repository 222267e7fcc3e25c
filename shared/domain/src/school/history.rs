//! Who changed which setting of a school.

use jiff::Timestamp;

use crate::line::Line;

/// One change of a school's settings, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsChange {
    /// The version of the settings that it led to.
    pub version: u64,
    /// When.
    pub changed_at: Timestamp,
    /// Who: the subject of the token.
    pub changed_by: Line<128>,
    /// What, each setting once.
    pub settings: Vec<ChangedSetting>,
}

/// One setting before and after a change, as the API shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedSetting {
    /// Its name in the API.
    pub name: String,
    /// What it was; null when it was not set.
    pub before: serde_json::Value,
    /// What it is.
    pub after: serde_json::Value,
}
