//! The stored form of a school's settings, separate from the domain.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use domain::{
    budget::Ceilings,
    id::SchoolId,
    line::Line,
    phone::Country,
    pricing::MicroEuros,
    school::{
        CallbackNumber, ChangedSetting, HouseholdRule, QuietHours, RecallWindow, School, SchoolName,
        SchoolTimeZone, SettingsChange, TextsKept, Uai,
    },
    territory::Territory,
    text::EncodingMode,
};

#[derive(Serialize, Deserialize)]
pub(super) struct SchoolRow {
    id: SchoolId,
    name: SchoolName,
    uai: Option<Uai>,
    territory: Territory,
    callback_number: Option<CallbackNumber>,
    encoding_mode: EncodingMode,
    allowed_countries: Vec<Country>,
    monthly_ceiling: Option<MicroEuros>,
    send_ceiling: Option<MicroEuros>,
    time_zone: Option<SchoolTimeZone>,
    quiet_hours: Option<QuietHours>,
    #[serde(default)]
    recall_window: RecallWindow,
    #[serde(default)]
    household_rule: HouseholdRule,
    #[serde(default)]
    texts_kept_days: TextsKept,
    version: u64,
}

impl From<School> for SchoolRow {
    fn from(school: School) -> Self {
        Self {
            id: school.id,
            name: school.name,
            uai: school.uai,
            territory: school.territory,
            callback_number: school.callback_number,
            encoding_mode: school.encoding_mode,
            allowed_countries: school.allowed_countries.into_iter().collect(),
            monthly_ceiling: school.ceilings.month,
            send_ceiling: school.ceilings.send,
            time_zone: school.own_time_zone,
            quiet_hours: school.quiet_hours,
            recall_window: school.recall_window,
            household_rule: school.household_rule,
            texts_kept_days: school.texts_kept,
            version: school.version,
        }
    }
}

impl From<SchoolRow> for School {
    fn from(row: SchoolRow) -> Self {
        Self {
            id: row.id,
            name: row.name,
            uai: row.uai,
            territory: row.territory,
            callback_number: row.callback_number,
            encoding_mode: row.encoding_mode,
            allowed_countries: row.allowed_countries.into_iter().collect::<BTreeSet<_>>(),
            ceilings: Ceilings { month: row.monthly_ceiling, send: row.send_ceiling },
            own_time_zone: row.time_zone,
            quiet_hours: row.quiet_hours,
            recall_window: row.recall_window,
            household_rule: row.household_rule,
            texts_kept: row.texts_kept_days,
            version: row.version,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub(super) struct SettingsChangeRow {
    version: u64,
    changed_at: Timestamp,
    changed_by: Line<128>,
    settings: Vec<ChangedSettingRow>,
}

#[derive(Serialize, Deserialize)]
struct ChangedSettingRow {
    name: String,
    before: serde_json::Value,
    after: serde_json::Value,
}

impl From<SettingsChange> for SettingsChangeRow {
    fn from(change: SettingsChange) -> Self {
        let row = |setting: ChangedSetting| ChangedSettingRow {
            name: setting.name,
            before: setting.before,
            after: setting.after,
        };
        Self {
            version: change.version,
            changed_at: change.changed_at,
            changed_by: change.changed_by,
            settings: change.settings.into_iter().map(row).collect(),
        }
    }
}

impl From<SettingsChangeRow> for SettingsChange {
    fn from(row: SettingsChangeRow) -> Self {
        let setting =
            |row: ChangedSettingRow| ChangedSetting { name: row.name, before: row.before, after: row.after };
        Self {
            version: row.version,
            changed_at: row.changed_at,
            changed_by: row.changed_by,
            settings: row.settings.into_iter().map(setting).collect(),
        }
    }
}
