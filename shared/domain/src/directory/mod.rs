//! The people of a school.

mod birth_date;
mod change;
mod class_name;
mod guardianship;
mod identifiers;
mod kinship;
mod opt_out;
mod person;
mod stop_word;
mod tombstone;

pub use birth_date::{BirthDate, BirthDateError};
pub use change::{Change, ChangedSince};
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

/// The present people of a school, indexed by pupil.
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
    /// Indexes the present people: all but those who are archived, and the guardians of archived pupils only. Court
    /// decisions about archived people still count. The guardians of a pupil are sorted by rank.
    pub fn new(people: Vec<Person>) -> Self {
        let barred_phones = people.iter().flat_map(Person::barred_phones).collect();
        let people = present(people);
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

    /// Returns all present people.
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Returns a present person.
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.by_id.get(&id).map(|index| &self.people[*index])
    }

    /// Returns the guardians of a pupil by rank.
    pub fn guardians_of(&self, pupil: PersonId) -> impl Iterator<Item = &Person> {
        self.guardians_of.get(&pupil).into_iter().flatten().map(|index| &self.people[*index])
    }
}

fn present(mut people: Vec<Person>) -> Vec<Person> {
    let archived: HashSet<PersonId> =
        people.iter().filter(|person| person.is_archived()).map(|person| person.id).collect();
    if !archived.is_empty() {
        people.retain(|person| {
            let ties = &person.details.guardianships;
            let has_left = !ties.is_empty() && ties.iter().all(|tie| archived.contains(&tie.pupil));
            !person.is_archived() && !has_left
        });
    }
    people
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audience::Audience;

    #[test]
    fn who_left_and_the_guardians_of_those_who_left_are_not_present() {
        let mut people: Vec<Person> = ["Emma", "Hugo", "Claire", "Paul", "Agnès"]
            .into_iter()
            .zip(1..)
            .map(|(name, number)| {
                let audience = if number < 3 { Audience::Pupils } else { Audience::Guardians };
                let (first, last) = (GivenName::parse(name).unwrap(), GivenName::parse("MARTIN").unwrap());
                let id = PersonId::from_bytes([number; 16]);
                Person { id, details: PersonDetails::named(audience, first, last), version: 1 }
            })
            .collect();
        let (emma, hugo) = (people[0].id, people[1].id);
        let tie = |pupil| Guardianship::new(pupil, 1);
        people[2].details.guardianships = vec![tie(emma)];
        people[3].details.guardianships = vec![tie(emma), tie(hugo)];
        people[0] = people[0].clone().archived(jiff::Timestamp::UNIX_EPOCH);
        let directory = Directory::new(people);
        let names: Vec<_> =
            directory.people().iter().map(|person| person.details.first_name.as_str()).collect();
        assert_eq!(names, ["Hugo", "Paul", "Agnès"]);
    }
}
