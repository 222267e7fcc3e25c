//! A person of a school's directory.

use jiff::Timestamp;

use super::{BirthDate, ClassName, Guardianship, Identifiers};
use crate::{
    address::PostalAddress, audience::Audience, id::PersonId, line::Line, phone::PhoneNumber,
    school::SchoolYear, template::ContextSet,
};

/// A first or last name.
pub type GivenName = Line<80>;

/// A person of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub id: PersonId,
    /// Data entered by the school.
    pub details: PersonDetails,
    /// Number of writes, for `ETag` and `If-Match`.
    pub version: u64,
}

/// The editable data of a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonDetails {
    /// Guardian, pupil, teacher…
    pub audience: Audience,
    pub first_name: GivenName,
    pub last_name: GivenName,
    /// Distinguishes people of one name.
    pub birth_date: Option<BirthDate>,
    /// A pupil's class.
    pub class: Option<ClassName>,
    /// The school year of the class. A class of another year identifies no member of it.
    pub class_given_in: Option<SchoolYear>,
    /// The school year in which a file or a human last confirmed this person.
    pub confirmed_in: Option<SchoolYear>,
    pub phone: Option<PhoneNumber>,
    /// Home address; guardians at one address may share a text.
    pub address: Option<PostalAddress>,
    /// Whether the person accepts SMS.
    pub accepts_sms: bool,
    /// Whether `accepts_sms` was set by a human. Files do not change it then.
    pub sms_set_by_human: bool,
    /// The contexts that the person refuses by SMS.
    pub refused_contexts: ContextSet,
    /// A guardian's children.
    pub guardianships: Vec<Guardianship>,
    /// The identifiers in the software of schools, by which an import recognises people.
    pub identifiers: Identifiers,
    /// When the person left the school. An archived person is in no selection, and returns with a file that has them.
    pub archived_at: Option<Timestamp>,
}

impl Person {
    /// Returns a guardian's relation to a pupil.
    pub fn tie_to(&self, pupil: PersonId) -> Option<&Guardianship> {
        self.details.guardianships.iter().find(|tie| tie.pupil == pupil)
    }

    /// Removes the relation to a pupil, for a conditional write over the version read. `None` without a
    /// relation.
    pub fn untied_from(mut self, pupil: PersonId) -> Option<Self> {
        self.tie_to(pupil)?;
        self.details.guardianships.retain(|tie| tie.pupil != pupil);
        self.version += 1;
        Some(self)
    }

    /// Whether the person has left the school.
    pub const fn is_archived(&self) -> bool {
        self.details.archived_at.is_some()
    }

    /// Archives the person, for a conditional write over the version read.
    #[must_use]
    pub fn archived(mut self, now: Timestamp) -> Self {
        self.details.archived_at = Some(now);
        self.version += 1;
        self
    }

    /// Returns the pupils that a court decision bars this person from, each with the person's number.
    pub(super) fn barred_phones(&self) -> impl Iterator<Item = (PersonId, PhoneNumber)> + '_ {
        let barred = self.details.guardianships.iter().filter(|tie| tie.no_contact);
        barred.filter_map(|tie| Some((tie.pupil, self.details.phone?)))
    }

    /// Returns this guardian's contact rank for a pupil.
    pub fn rank_for(&self, pupil: PersonId) -> u8 {
        self.tie_to(pupil).map_or(u8::MAX, |tie| tie.rank)
    }
}

impl PersonDetails {
    /// Creates a person with only a name, who accepts SMS.
    pub const fn named(audience: Audience, first_name: GivenName, last_name: GivenName) -> Self {
        Self {
            audience,
            first_name,
            last_name,
            birth_date: None,
            class: None,
            class_given_in: None,
            confirmed_in: None,
            phone: None,
            address: None,
            accepts_sms: true,
            sms_set_by_human: false,
            refused_contexts: ContextSet::EMPTY,
            guardianships: Vec::new(),
            identifiers: Identifiers::EMPTY,
            archived_at: None,
        }
    }

    /// Returns first and last name.
    pub fn name(&self) -> String {
        let (first, last) = (self.first_name.as_str(), self.last_name.as_str());
        let mut name = String::with_capacity(first.len() + 1 + last.len());
        name.push_str(first);
        name.push(' ');
        name.push_str(last);
        name
    }
}
