//! What we know of a school.

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

/// The name of a school, as families know it.
pub type SchoolName = Line<120>;

/// A school and its settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    /// The tenant.
    pub id: SchoolId,
    /// `{{school.name}}` in templates.
    pub name: SchoolName,
    /// The official number; nothing is sent without it.
    pub uai: Option<Uai>,
    /// Where the school is: the home of its phone numbers.
    pub territory: Territory,
    /// Its time zone, where it is not the territory's.
    pub own_time_zone: Option<SchoolTimeZone>,
    /// `{{school.callback_number}}` in templates.
    pub callback_number: Option<CallbackNumber>,
    /// How far texts may be changed to cost less.
    pub encoding_mode: EncodingMode,
    /// Countries beyond France that may be reached. None at first: an unpaid foreign network is
    /// the first fraud.
    pub allowed_countries: BTreeSet<Country>,
    /// When what is not urgent waits.
    pub quiet_hours: Option<QuietHours>,
    /// For how long absence alerts are held.
    pub recall_window: RecallWindow,
    /// Who of the guardians at one address gets a text.
    pub household_rule: HouseholdRule,
    /// For how long texts and numbers are kept.
    pub texts_kept: TextsKept,
    /// The most that may be spent.
    pub ceilings: Ceilings,
    /// How many times the school was written, for `ETag` and `If-Match`.
    pub version: u64,
}

impl School {
    /// A school as its registration describes it, with the settings that everybody starts with.
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

    /// The time zone of its days, months and quiet hours.
    pub fn time_zone(&self) -> &'static TimeZone {
        self.own_time_zone.map_or(self.territory.time_zone(), SchoolTimeZone::zone)
    }

    /// Whether this school may reach phones there.
    pub fn reaches(&self, destination: Destination) -> bool {
        match destination {
            Destination::Territory(_) | Destination::Simulated => true,
            Destination::Country(country) => self.allowed_countries.contains(&country),
        }
    }
}
