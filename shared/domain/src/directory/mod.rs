//! The people of a school.

mod birth_date;
mod class_name;
mod guardianship;
mod identifiers;
mod kinship;
mod opt_out;
mod person;
mod stop_word;
mod tombstone;

pub use birth_date::{BirthDate, BirthDateError};
pub use class_name::ClassName;
pub use guardianship::{Guardianship, Silence};
pub use identifiers::{ExternalId, Identifier, IdentifierScheme, Identifiers};
pub use kinship::{Kinship, TieLevel};
pub use opt_out::{OptOut, OptOutOrigin, OptOuts, Reopening, Stop, Stopped};
pub use person::{GivenName, Person, PersonDetails};
pub use stop_word::is_stop;
pub use tombstone::{NotATombstone, Tombstone};

use std::collections::{HashMap, HashSet};

use crate::{id::PersonId, phone::PhoneNumber};

/// All people of a school, indexed by pupil.
#[derive(Debug, Default)]
pub struct Directory {
    people: Vec<Person>,
    by_id: HashMap<PersonId, usize>,
    guardians_of: HashMap<PersonId, Vec<usize>>,
    /// Numbers of people barred from news of a pupil. Empty for most schools.
    barred_phones: HashSet<(PersonId, PhoneNumber)>,
    opt_outs: OptOuts,
}

impl Directory {
    /// Indexes people. The guardians of a pupil are sorted by rank.
    pub fn new(people: Vec<Person>) -> Self {
        let by_id = people.iter().enumerate().map(|(index, person)| (person.id, index)).collect();
        let mut guardians_of: HashMap<PersonId, Vec<usize>> = HashMap::new();
        for (index, person) in people.iter().enumerate() {
            for guardianship in &person.details.guardianships {
                guardians_of.entry(guardianship.pupil).or_default().push(index);
            }
        }
        for (pupil, guardians) in &mut guardians_of {
            guardians.sort_by_key(|index| {
                let guardian = &people[*index];
                (guardian.rank_for(*pupil), guardian.id)
            });
        }
        let barred_phones = people.iter().flat_map(Person::barred_phones).collect();
        Self { people, by_id, guardians_of, barred_phones, opt_outs: OptOuts::default() }
    }

    /// Adds the school's opt-outs.
    #[must_use]
    pub fn with_opt_outs(self, opt_outs: OptOuts) -> Self {
        Self { opt_outs, ..self }
    }

    /// Returns the opt-out of a number.
    pub fn opt_out(&self, phone: PhoneNumber) -> Option<&OptOut> {
        self.opt_outs.of(phone)
    }

    /// Whether a guardian's number also belongs to a person barred by a court decision from news of the
    /// pupil.
    pub fn shares_a_barred_phone(&self, guardian: &Person, pupil: PersonId) -> bool {
        !self.barred_phones.is_empty()
            && guardian.details.phone.is_some_and(|phone| self.barred_phones.contains(&(pupil, phone)))
    }

    /// Returns all people.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Returns a person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.by_id.get(&id).map(|index| &self.people[*index])
    }

    /// Returns the guardians of a pupil by rank.
    pub fn guardians_of(&self, pupil: PersonId) -> impl Iterator<Item = &Person> {
        self.guardians_of.get(&pupil).into_iter().flatten().map(|index| &self.people[*index])
    }
}
