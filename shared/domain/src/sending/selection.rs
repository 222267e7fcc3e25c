//! Picking people from a list.

use std::collections::HashSet;

use crate::{
    directory::{ClassName, Directory, Person},
    id::PersonId,
    template::View,
};

/// Who was picked from a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Everybody on it.
    Everyone,
    /// The people of some classes.
    Classes(Vec<ClassName>),
    /// One by one.
    People(Vec<PersonId>),
}

/// Why nobody could be picked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PickError {
    /// These are not on the list.
    #[error("{} people are not on the list", .0.len())]
    NotOnTheList(Vec<PersonId>),
    /// Nobody on the list is of these classes.
    #[error("{} classes are unknown", .0.len())]
    UnknownClasses(Vec<ClassName>),
    /// Only the school's software knows who is on the list.
    #[error("people are picked one by one from this view")]
    OnlyOneByOne,
}

impl Selection {
    /// More people than the largest send reaches need not be named.
    pub const MAX_PEOPLE: usize = 10_000;
    /// More classes than any school has.
    pub const MAX_CLASSES: usize = 500;

    /// The picked people among those of the list, in the order of the list or of the picking.
    pub fn pick<'d>(&self, view: View, directory: &'d Directory) -> Result<Vec<&'d Person>, PickError> {
        let listed = |person: &&Person| person.details.audience == view.lists();
        match self {
            Self::People(ids) => {
                let (mut picked, mut unknown) = (Vec::with_capacity(ids.len()), Vec::new());
                for id in ids {
                    match directory.person(*id).filter(listed) {
                        Some(person) => picked.push(person),
                        None => unknown.push(*id),
                    }
                }
                if unknown.is_empty() { Ok(unique(picked)) } else { Err(PickError::NotOnTheList(unknown)) }
            }
            _ if !view.is_kept_in_the_directory() => Err(PickError::OnlyOneByOne),
            Self::Everyone => Ok(directory.people().iter().filter(listed).collect()),
            Self::Classes(classes) => {
                let wanted: HashSet<&ClassName> = classes.iter().collect();
                let (mut picked, mut found) = (Vec::new(), HashSet::new());
                for person in directory.people().iter().filter(listed) {
                    let before = picked.len();
                    for class in classes_of(person, directory).filter(|class| wanted.contains(class)) {
                        found.insert(class);
                        if picked.len() == before {
                            picked.push(person);
                        }
                    }
                }
                let unknown: Vec<_> =
                    classes.iter().filter(|class| !found.contains(class)).cloned().collect();
                if unknown.is_empty() { Ok(picked) } else { Err(PickError::UnknownClasses(unknown)) }
            }
        }
    }
}

/// The same person picked twice counts once.
fn unique(picked: Vec<&Person>) -> Vec<&Person> {
    let mut seen = HashSet::with_capacity(picked.len());
    picked.into_iter().filter(|person| seen.insert(person.id)).collect()
}

/// A pupil's class, or those of a guardian's children.
fn classes_of<'d>(person: &'d Person, directory: &'d Directory) -> impl Iterator<Item = &'d ClassName> {
    let children = person.details.guardianships.iter().filter_map(|tie| directory.person(tie.pupil));
    std::iter::once(person).chain(children).filter_map(|person| person.details.class.as_ref())
}
