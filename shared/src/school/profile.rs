//! What we know of a school.

use std::collections::BTreeSet;

use super::{CallbackNumber, Territory, Uai};
use crate::{
    id::SchoolId,
    line::Line,
    phone::{Country, Destination},
    pricing::MicroEuros,
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
    /// Where the school is: the home of its phone numbers, and its time zone.
    pub territory: Territory,
    /// `{{school.callback_number}}` in templates.
    pub callback_number: Option<CallbackNumber>,
    /// How far texts may be changed to cost less.
    pub encoding_mode: EncodingMode,
    /// Countries beyond France that may be reached. None at first: an unpaid foreign network is
    /// the first fraud.
    pub allowed_countries: BTreeSet<Country>,
    /// The most that may be spent in a month; none for no ceiling.
    pub monthly_ceiling: Option<MicroEuros>,
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
            callback_number: None,
            encoding_mode: EncodingMode::default(),
            allowed_countries: BTreeSet::new(),
            monthly_ceiling: None,
            version: 1,
        }
    }

    /// Whether this school may reach phones there.
    pub fn reaches(&self, destination: Destination) -> bool {
        match destination {
            Destination::Territory(_) | Destination::Simulated => true,
            Destination::Country(country) => self.allowed_countries.contains(&country),
        }
    }
}
