//! Selecting people from a list.

use std::collections::HashSet;

use crate::{
    directory::{ClassName, Directory, Person},
    id::PersonId,
    template::View,
};

/// The selected people of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    Everyone,
    /// The members of some classes.
    Classes(Vec<ClassName>),
    People(Vec<PersonId>),
}

/// Why a selection is invalid.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PickError {
    /// These people are not on the list.
    #[error("{} people are not on the list", .0.len())]
    NotOnTheList(Vec<PersonId>),
    /// These classes have no member on the list.
    #[error("{} classes are unknown", .0.len())]
    UnknownClasses(Vec<ClassName>),
    /// Only the school's software knows who belongs to the list.
    #[error("people are selected individually from this view")]
    OnlyOneByOne,
}

impl Selection {
    /// Above the size of the largest send.
    pub const MAX_PEOPLE: usize = 10_000;
    /// Above the number of classes of any school.
    pub const MAX_CLASSES: usize = 500;

    /// Returns the selected people in the order of the list, or of the selection.
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

/// Removes duplicates.
fn unique(picked: Vec<&Person>) -> Vec<&Person> {
    let mut seen = HashSet::with_capacity(picked.len());
    picked.into_iter().filter(|person| seen.insert(person.id)).collect()
}

/// Returns a pupil's class, or the classes of a guardian's children.
fn classes_of<'d>(person: &'d Person, directory: &'d Directory) -> impl Iterator<Item = &'d ClassName> {
    let children = person.details.guardianships.iter().filter_map(|tie| directory.person(tie.pupil));
    std::iter::once(person).chain(children).filter_map(|person| person.details.class.as_ref())
}
