//! A school's profile and settings.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::{CallbackNumber, HouseholdRule, QuietHours, RecallWindow, SchoolTimeZone, TextsKept, Uai};
use crate::territory::Territory;
use crate::{
    budget::Ceilings,
    id::SchoolId,
    line::Line,
    phone::{Country, Destination},
    text::EncodingMode,
};

/// The name of a school, as known to families.
pub type SchoolName = Line<120>;

/// A school and its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// The tenant.
    pub id: SchoolId,
    /// `{{school.name}}` in templates.
    pub name: SchoolName,
    /// The official number, required for sending.
    pub uai: Option<Uai>,
    /// Determines the home region of phone numbers.
    pub territory: Territory,
    /// Overrides the territory's time zone.
    pub own_time_zone: Option<SchoolTimeZone>,
    /// `{{school.callback_number}}` in templates.
    pub callback_number: Option<CallbackNumber>,
    /// How far texts may be simplified to save segments.
    pub encoding_mode: EncodingMode,
    /// Countries open beyond France. None by default: unused foreign destinations invite toll fraud.
    pub allowed_countries: BTreeSet<Country>,
    /// When non-urgent sends wait.
    pub quiet_hours: Option<QuietHours>,
    /// How long absence alerts are held.
    pub recall_window: RecallWindow,
    /// Which guardians at one address get a text.
    pub household_rule: HouseholdRule,
    /// Retention of texts and numbers.
    pub texts_kept: TextsKept,
    /// Spending limits.
    pub ceilings: Ceilings,
    /// Number of writes, for `ETag` and `If-Match`.
    pub version: u64,
}

impl School {
    /// Creates a school from its registration, with default settings.
    pub fn new(id: SchoolId, name: SchoolName, uai: Option<Uai>, territory: Territory) -> Self {
        Self {
            id,
            name,
            uai,
            territory,
            own_time_zone: None,
            callback_number: None,
            encoding_mode: EncodingMode::default(),
            allowed_countries: BTreeSet::new(),
            quiet_hours: None,
            recall_window: RecallWindow::default(),
            household_rule: HouseholdRule::default(),
            texts_kept: TextsKept::default(),
            ceilings: Ceilings::default(),
            version: 1,
        }
    }

    /// Returns the time zone of its days, months and quiet hours.
    pub fn time_zone(&self) -> &'static TimeZone {
        self.own_time_zone.map_or(self.territory.time_zone(), SchoolTimeZone::zone)
    }

    /// Whether this school may send to a destination.
    pub fn reaches(&self, destination: Destination) -> bool {
        match destination {
            Destination::Territory(_) | Destination::Simulated => true,
            Destination::Country(country) => self.allowed_countries.contains(&country),
        }
    }
}
