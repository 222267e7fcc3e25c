//! A person of a school's directory.

use super::Guardianship;
use crate::audience::Audience;
use crate::{address::PostalAddress, id::PersonId, line::Line, phone::PhoneNumber, template::ContextSet};

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
    /// Where the person lives; guardians at one address may get one text.
    pub address: Option<PostalAddress>,
    /// Whether the person accepts to be reached by SMS.
    pub accepts_sms: bool,
    /// The kinds of information that the person does not want by SMS.
    pub refused_contexts: ContextSet,
    /// A guardian's children.
    pub guardianships: Vec<Guardianship>,
    /// What the school's own software calls the person; an import recognises people by it.
    pub external_id: Option<ExternalId>,
}

impl Person {
    /// A guardian's tie to a pupil.
    pub fn tie_to(&self, pupil: PersonId) -> Option<&Guardianship> {
        self.details.guardianships.iter().find(|tie| tie.pupil == pupil)
    }

    /// The same without the ties to a pupil, to be written over the version that was read. None where there is no tie.
    pub fn untied_from(mut self, pupil: PersonId) -> Option<Self> {
        self.tie_to(pupil)?;
        self.details.guardianships.retain(|tie| tie.pupil != pupil);
        self.version += 1;
        Some(self)
    }

    /// The pupils of whom a court keeps this person from hearing, each with the person's phone.
    pub(super) fn barred_phones(&self) -> impl Iterator<Item = (PersonId, PhoneNumber)> + '_ {
        let barred = self.details.guardianships.iter().filter(|tie| tie.no_contact);
        barred.filter_map(|tie| Some((tie.pupil, self.details.phone?)))
    }

    /// The order in which to contact this guardian about a pupil.
    pub fn rank_for(&self, pupil: PersonId) -> u8 {
        self.tie_to(pupil).map_or(u8::MAX, |tie| tie.rank)
    }
}

impl PersonDetails {
    /// Somebody of whom the name is all that is known, and who accepts SMS.
    pub const fn named(audience: Audience, first_name: GivenName, last_name: GivenName) -> Self {
        Self {
            audience,
            first_name,
            last_name,
            class: None,
            phone: None,
            address: None,
            accepts_sms: true,
            refused_contexts: ContextSet::EMPTY,
            guardianships: Vec::new(),
            external_id: None,
        }
    }

    /// First and last name.
    pub fn name(&self) -> String {
        let (first, last) = (self.first_name.as_str(), self.last_name.as_str());
        let mut name = String::with_capacity(first.len() + 1 + last.len());
        name.push_str(first);
        name.push(' ');
        name.push_str(last);
        name
    }
}
