//! The stored form of settings in the history of changes.

use std::collections::BTreeSet;

use domain::{
    budget::Ceilings,
    line::Line,
    phone::Country,
    pricing::MicroEuros,
    school::{
        CallbackNumber, ChangedSetting, HouseholdRule, QuietHours, RecallWindow, School, SchoolName,
        SettingsChange, TextsKept, Uai,
    },
    territory::Territory,
    text::EncodingMode,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};

/// Settings under their stored names, which the history retains for years. The API may rename a setting; a
/// new name here would separate it from its earlier changes.
#[derive(Serialize)]
struct SettingsRecord<'s> {
    name: &'s SchoolName,
    uai: Option<Uai>,
    territory: Territory,
    time_zone: &'s str,
    callback_number: Option<&'s CallbackNumber>,
    encoding_mode: EncodingMode,
    allowed_countries: &'s BTreeSet<Country>,
    quiet_hours: Option<QuietHours>,
    recall_window_min: RecallWindow,
    household_rule: HouseholdRule,
    texts_kept_days: TextsKept,
    monthly_ceiling_micro_eur: Option<MicroEuros>,
    send_ceiling_micro_eur: Option<MicroEuros>,
}

impl<'s> From<&'s School> for SettingsRecord<'s> {
    fn from(school: &'s School) -> Self {
        // Without `..`: a new setting does not compile until it is recorded.
        let School {
            id: _,
            name,
            uai,
            territory,
            own_time_zone: _,
            callback_number,
            encoding_mode,
            allowed_countries,
            quiet_hours,
            recall_window,
            household_rule,
            texts_kept,
            ceilings: Ceilings { month, send },
            version: _,
        } = school;
        Self {
            name,
            uai: *uai,
            territory: *territory,
            time_zone: school.time_zone().iana_name().unwrap_or_default(),
            callback_number: callback_number.as_ref(),
            encoding_mode: *encoding_mode,
            allowed_countries,
            quiet_hours: *quiet_hours,
            recall_window_min: *recall_window,
            household_rule: *household_rule,
            texts_kept_days: *texts_kept,
            monthly_ceiling_micro_eur: *month,
            send_ceiling_micro_eur: *send,
        }
    }
}

impl SettingsRecord<'_> {
    fn by_name(&self) -> Map<String, Value> {
        match serde_json::to_value(self).expect("a plain struct with text keys") {
            Value::Object(settings) => settings,
            _ => Map::new(),
        }
    }
}

/// Compares the settings before and after a change, field by field. A new school had none.
pub(crate) fn settings_change(
    before: Option<&School>,
    after: &School,
    changed_by: Line<128>,
    changed_at: Timestamp,
) -> SettingsChange {
    let recorded = |school: &School| SettingsRecord::from(school).by_name();
    let mut before = before.map(recorded).unwrap_or_default();
    let settings = recorded(after)
        .into_iter()
        .map(|(name, after)| ChangedSetting { before: before.remove(&name).unwrap_or_default(), name, after })
        .filter(|setting| setting.before != setting.after)
        .collect();
    SettingsChange { version: after.version, changed_at, changed_by, settings }
}

#[cfg(test)]
mod tests {
    use domain::id::SchoolId;
    use serde_json::json;

    use super::*;

    #[test]
    fn the_names_and_values_of_recorded_settings_do_not_change() {
        let school = School {
            uai: Some(Uai::parse("0951099D").unwrap()),
            callback_number: Some(CallbackNumber::parse("01 99 00 12 34").unwrap()),
            quiet_hours: Some(QuietHours::parse("21:00", "07:30").unwrap()),
            allowed_countries: BTreeSet::from([Country::parse("BE").unwrap()]),
            ceilings: Ceilings { month: Some(MicroEuros::new(150_000_000)), send: None },
            ..School::new(
                SchoolId::generate(Timestamp::UNIX_EPOCH),
                SchoolName::parse("Collège Jean Moulin").unwrap(),
                None,
                Territory::Metropole,
            )
        };
        let recorded = Value::Object(SettingsRecord::from(&school).by_name());
        assert_eq!(
            recorded,
            json!({
                "name": "Collège Jean Moulin",
                "uai": "0951099D",
                "territory": "FR",
                "time_zone": "Europe/Paris",
                "callback_number": "01 99 00 12 34",
                "encoding_mode": "typographic",
                "allowed_countries": ["BE"],
                "quiet_hours": { "from": "21:00", "until": "07:30" },
                "recall_window_min": 0,
                "household_rule": "each_guardian",
                "texts_kept_days": 365,
                "monthly_ceiling_micro_eur": 150_000_000,
                "send_ceiling_micro_eur": null,
            })
        );
    }
}
