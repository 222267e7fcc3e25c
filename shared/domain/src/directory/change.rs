//! One write to a directory, and how it is taken back.

use super::{IdentifierScheme, Person, PersonDetails};
use crate::id::PersonId;

/// A person before and after a write: a creation, an update of the version read, or a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Create(Person),
    Update { before: Box<Person>, after: Box<Person> },
    Delete(Person),
}

impl Change {
    /// The update of a person in the version read.
    pub fn update(before: Person, after: Person) -> Self {
        Self::Update { before: Box::new(before), after: Box::new(after) }
    }

    /// Returns the person after the change; the former one for a deletion.
    pub fn person(&self) -> &Person {
        match self {
            Self::Create(person) | Self::Delete(person) => person,
            Self::Update { after, .. } => after,
        }
    }

    /// Returns the change that takes this one back, given the person as they are. None if there is nothing to take back, or
    /// if somebody has changed the person since.
    pub fn taken_back(self, present: Option<&Person>) -> Result<Option<Self>, ChangedSince> {
        let person = self.person();
        let unchanged = match present {
            Some(present) if present.details == without_lost_identifiers(person, present) => {
                Some(present.clone())
            }
            Some(_) => return Err(ChangedSince(person.id)),
            None => None,
        };
        match (self, unchanged) {
            (Self::Create(_) | Self::Delete(_), None) => Ok(None),
            (Self::Create(_), Some(present)) => Ok(Some(Self::Delete(present))),
            (Self::Update { after, .. }, None) => Err(ChangedSince(after.id)),
            (Self::Update { before, .. }, Some(present)) => {
                let after = Person { version: present.version + 1, ..*before };
                Ok(Some(Self::update(present, after)))
            }
            (Self::Delete(person), Some(_)) => Err(ChangedSince(person.id)),
        }
    }
}

/// The details of a person without the identifiers that another one turned out to have.
fn without_lost_identifiers(person: &Person, present: &Person) -> PersonDetails {
    let mut details = person.details.clone();
    for scheme in IdentifierScheme::ALL {
        if present.details.identifiers.get(scheme).is_none() {
            details.identifiers.remove(scheme);
        }
    }
    details
}

/// A person who was changed since, and stays as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChangedSince(pub PersonId);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        audience::Audience,
        directory::{ClassName, GivenName, PersonDetails},
    };

    fn person(class: &str, version: u64) -> Person {
        let name = |text| GivenName::parse(text).unwrap();
        let mut details = PersonDetails::named(Audience::Pupils, name("Emma"), name("MARTIN"));
        details.class = Some(ClassName::parse(class).unwrap());
        Person { id: PersonId::from_bytes([1; 16]), details, version }
    }

    #[test]
    fn what_nobody_changed_since_is_as_it_was_and_the_rest_stays() {
        let update = Change::update(person("6A", 3), person("5A", 4));
        let back = update.clone().taken_back(Some(&person("5A", 9)));
        assert_eq!(back, Ok(Some(Change::update(person("5A", 9), person("6A", 10)))));
        let changed = Err(ChangedSince(person("5A", 4).id));
        assert_eq!(update.clone().taken_back(Some(&person("5B", 5))), changed);
        assert_eq!(update.taken_back(None), changed);
        let create = Change::Create(person("6A", 1));
        assert_eq!(
            create.clone().taken_back(Some(&person("6A", 2))),
            Ok(Some(Change::Delete(person("6A", 2))))
        );
        assert_eq!(create.clone().taken_back(Some(&person("6B", 2))), changed);
        assert_eq!(create.taken_back(None), Ok(None));
    }
}
