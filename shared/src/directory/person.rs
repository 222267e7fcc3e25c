//! A person of a school's directory.

use serde::{Deserialize, Serialize};

use super::Audience;
use crate::{id::PersonId, line::Line, phone::PhoneNumber};

/// A first or last name.
pub type GivenName = Line<80>;
/// The name of a class, such as `6e A`.
pub type ClassName = Line<40>;
/// What the school's own software calls the person.
pub type ExternalId = Line<64>;

/// A person, as the school keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// What the school typed.
    pub details: PersonDetails,
    /// How many times it was written, for `ETag` and `If-Match`.
    pub version: u64,
}

/// What a school knows of a person and may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDetails {
    /// Guardian, pupil, teacher…
    pub audience: Audience,
    /// First name.
    pub first_name: GivenName,
    /// Last name.
    pub last_name: GivenName,
    /// A pupil's class.
    pub class: Option<ClassName>,
    /// The mobile number, if there is one.
    pub phone: Option<PhoneNumber>,
    /// Whether the person accepts to be reached by SMS.
    pub accepts_sms: bool,
    /// A guardian's children.
    pub guardianships: Vec<Guardianship>,
    /// What the school's own software calls the person; an import recognises people by it.
    pub external_id: Option<ExternalId>,
}

/// A guardian's tie to one child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardianship {
    /// The child.
    pub pupil: PersonId,
    /// 1 for the first person to contact.
    pub rank: u8,
}

impl Person {
    /// The order in which to contact this guardian about a pupil.
    pub fn rank_for(&self, pupil: PersonId) -> u8 {
        self.details
            .guardianships
            .iter()
            .find(|guardianship| guardianship.pupil == pupil)
            .map_or(u8::MAX, |guardianship| guardianship.rank)
    }
}

impl PersonDetails {
    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name)
    }
}
