//! What is compared of a person, whether a file or the directory knows them.

use std::collections::{BTreeSet, HashMap};

use domain::{
    directory::{BirthDate, ClassName, Identifiers, Person},
    phone::PhoneNumber,
    school::SchoolYear,
};

use crate::{AdultRecord, PupilRecord, names::Names};

/// A person of the directory during an import.
pub(super) struct Known {
    pub person: Person,
    pub names: Names,
    /// Whether this school year confirmed the person.
    pub is_current: bool,
    /// The class of this school year.
    pub class: Option<ClassName>,
    /// The record that this person was recognised in. A person is claimed once.
    pub claimed: bool,
}

impl Known {
    pub fn new(person: Person, year: SchoolYear) -> Self {
        let details = &person.details;
        let names = Names::new(&details.first_name, &details.last_name, None);
        let is_current = details.confirmed_in == Some(year);
        let class = details.class.clone().filter(|_| details.class_given_in == Some(year));
        Self { person, names, is_current, class, claimed: false }
    }
}

/// People by name.
pub(super) struct NameIndex(HashMap<String, Vec<usize>>);

impl NameIndex {
    pub fn new<'n>(all: impl Iterator<Item = &'n Names>) -> Self {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (place, names) in all.enumerate() {
            for key in names.keys() {
                places.entry(key).or_default().push(place);
            }
        }
        Self(places)
    }

    /// The people of a name, in their order, each once.
    pub fn named(&self, names: &Names) -> BTreeSet<usize> {
        names.keys().filter_map(|key| self.0.get(&key)).flatten().copied().collect()
    }

    /// The people of a full name in one cell, folded.
    pub fn written(&self, full: &str) -> BTreeSet<usize> {
        self.0.get(full).into_iter().flatten().copied().collect()
    }
}

/// What the files of an import say about one person, from all records that are this person.
#[derive(Clone, Debug)]
pub(super) struct Described {
    pub names: Names,
    pub identifiers: Identifiers,
    pub birth_date: Option<BirthDate>,
    pub class: Option<ClassName>,
    pub phone: Option<PhoneNumber>,
}

impl Described {
    pub fn pupil(record: &PupilRecord) -> Self {
        Self {
            names: Names::new(&record.first_name, &record.last_name, record.birth_name.as_ref()),
            identifiers: record.identifiers.clone(),
            birth_date: record.birth_date,
            class: record.class.clone(),
            phone: record.phone,
        }
    }

    pub fn adult(record: &AdultRecord) -> Self {
        Self {
            names: Names::new(&record.first_name, &record.last_name, record.birth_name.as_ref()),
            identifiers: record.identifiers.clone(),
            birth_date: None,
            class: None,
            phone: record.phone,
        }
    }

    /// Whether both may be one person: no birth date, identifier or name says otherwise.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.names.same(&other.names)
            && !differ(self.birth_date.as_ref(), other.birth_date.as_ref())
            && !self.identifiers.contradict(&other.identifiers)
    }
}

/// Whether both are known and not equal.
pub(super) fn differ<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

/// Whether both are known and equal.
pub(super) fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one == other)
}
