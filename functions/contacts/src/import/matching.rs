//! Who of the directory a line is about.
//!
//! Two people may have one name, and merging them would bring the news of one family to another.
//! So a name alone is never enough where it is shared: a pupil needs the class, a guardian a child
//! or the number, anybody an identifier.

use std::collections::HashMap;

use shared::{
    directory::{Audience, ClassName, Person},
    id::PersonId,
    line::folded,
};

use super::{
    line::{Cell, ChildHint, ImportLine},
    refusal::LineRefusal,
};

/// A person of the directory as the import sees them, with the line that claimed them.
#[derive(Debug)]
pub(super) struct Entry {
    pub person: Person,
    pub before: Option<Person>,
    /// The first line of this file about them.
    pub claimed_by: Option<u64>,
}

/// The directory, found by identifiers and by names.
#[derive(Debug, Default)]
pub(super) struct Roll {
    pub entries: Vec<Entry>,
    by_external_id: HashMap<(Audience, String), usize>,
    by_name: HashMap<(Audience, String), Vec<usize>>,
}

impl Roll {
    pub fn new(people: Vec<Person>) -> Self {
        let mut roll = Self::default();
        for person in people {
            let before = Some(person.clone());
            roll.add(Entry { person, before, claimed_by: None });
        }
        roll
    }

    pub fn add(&mut self, entry: Entry) -> usize {
        let index = self.entries.len();
        let details = &entry.person.details;
        let audience = details.audience;
        if let Some(id) = &details.external_id {
            self.by_external_id.insert((audience, id.as_str().to_owned()), index);
        }
        let first = folded(details.first_name.as_str());
        let last = folded(details.last_name.as_str());
        self.by_name.entry((audience, format!("{first} {last}"))).or_default().push(index);
        if first != last {
            // Full names are written in either order.
            self.by_name.entry((audience, format!("{last} {first}"))).or_default().push(index);
        }
        self.entries.push(entry);
        index
    }

    /// An entry that got an identifier is found by it from now on.
    pub fn index_external_id(&mut self, index: usize) {
        let details = &self.entries[index].person.details;
        if let Some(id) = &details.external_id {
            self.by_external_id.insert((details.audience, id.as_str().to_owned()), index);
        }
    }

    fn named(&self, audience: Audience, first: &str, last: &str) -> impl Iterator<Item = usize> {
        let found = self.by_name.get(&(audience, format!("{first} {last}")));
        found.into_iter().flatten().copied().filter(move |index| {
            let details = &self.entries[*index].person.details;
            folded(details.first_name.as_str()) == first && folded(details.last_name.as_str()) == last
        })
    }

    /// The pupil whom a guardian's line names.
    pub fn child(&self, hint: &ChildHint) -> Result<PersonId, LineRefusal> {
        let (candidates, class) = match hint {
            ChildHint::ExternalId(id) => {
                let found = self.by_external_id.get(&(Audience::Pupils, id.clone()));
                return found.map(|index| self.entries[*index].person.id).ok_or(LineRefusal::UnknownChild);
            }
            ChildHint::Name { first, last, class } => {
                (self.named(Audience::Pupils, first, last).collect::<Vec<_>>(), class)
            }
            ChildHint::FullName { name, class } => {
                (self.by_name.get(&(Audience::Pupils, name.clone())).cloned().unwrap_or_default(), class)
            }
        };
        let in_class = |index: &&usize| {
            let own = self.entries[**index].person.details.class.as_ref().map(|class| folded(class.as_str()));
            class.is_none() || own == *class
        };
        match candidates.as_slice() {
            [] => Err(LineRefusal::UnknownChild),
            [only] => Ok(self.entries[*only].person.id),
            several => match several.iter().filter(in_class).collect::<Vec<_>>().as_slice() {
                [only] => Ok(self.entries[**only].person.id),
                _ => Err(LineRefusal::AmbiguousChild),
            },
        }
    }

    /// The person whom a line is about; none when it is somebody new.
    pub fn find(&self, line: &ImportLine, children: &[PersonId]) -> Result<Option<usize>, LineRefusal> {
        let audience = line.audience;
        if let Some(id) = &line.external_id
            && let Some(index) = self.by_external_id.get(&(audience, id.as_str().to_owned()))
        {
            return Ok(Some(*index));
        }
        let (first, last) = (folded(line.first_name.as_str()), folded(line.last_name.as_str()));
        // Somebody with another identifier is somebody else.
        let candidates: Vec<usize> = self
            .named(audience, &first, &last)
            .filter(|index| {
                line.external_id.is_none() || self.entries[*index].person.details.external_id.is_none()
            })
            .collect();
        match audience {
            Audience::Guardians => self.guardian(&candidates, line, children),
            Audience::Pupils => self.pupil(&candidates, line),
            Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors => {
                match candidates.as_slice() {
                    [] => Ok(None),
                    [only] => Ok(Some(*only)),
                    _ => Err(LineRefusal::Ambiguous),
                }
            }
        }
    }

    /// The namesake with the same child, else the one with the same number, else, when the line
    /// names no child and no number, the only one there is.
    fn guardian(
        &self,
        candidates: &[usize],
        line: &ImportLine,
        children: &[PersonId],
    ) -> Result<Option<usize>, LineRefusal> {
        let details = |index: usize| &self.entries[index].person.details;
        let shares_child =
            |index: &usize| details(*index).guardianships.iter().any(|tie| children.contains(&tie.pupil));
        let same_phone = |index: &usize| match &line.phone {
            Cell::Holds(phone) => details(*index).phone == Some(*phone),
            Cell::NoColumn | Cell::Empty => false,
        };
        let of_child: Vec<usize> = candidates.iter().copied().filter(shares_child).collect();
        match of_child.as_slice() {
            [only] => return Ok(Some(*only)),
            [] => {}
            several => {
                let exact: Vec<usize> = several.iter().copied().filter(same_phone).collect();
                return if let [only] = exact.as_slice() {
                    Ok(Some(*only))
                } else {
                    Err(LineRefusal::Ambiguous)
                };
            }
        }
        let of_phone: Vec<usize> = candidates.iter().copied().filter(same_phone).collect();
        match (of_phone.as_slice(), candidates) {
            ([only], _) => Ok(Some(*only)),
            ([], [only]) if children.is_empty() && details(*only).guardianships.is_empty() => Ok(Some(*only)),
            ([], _) => Ok(None),
            _ => Err(LineRefusal::Ambiguous),
        }
    }

    /// Whether a pupil's line is certainly about somebody of the directory: by identifier, or by
    /// name and class. Such lines are taken first, so that no other line takes their person.
    pub fn is_certain(&self, line: &ImportLine) -> bool {
        let id = line.external_id.as_ref().map(|id| (line.audience, id.as_str().to_owned()));
        let known_id = id.is_some_and(|id| self.by_external_id.contains_key(&id));
        let (first, last) = (folded(line.first_name.as_str()), folded(line.last_name.as_str()));
        let candidates: Vec<usize> = self.named(line.audience, &first, &last).collect();
        known_id || self.of_class(&candidates, &line.class).len() == 1
    }

    /// The namesakes whose class is that of a line. No class is a class too.
    fn of_class(&self, candidates: &[usize], class: &Cell<ClassName>) -> Vec<usize> {
        let class = match class {
            Cell::NoColumn => return Vec::new(),
            Cell::Empty => None,
            Cell::Holds(class) => Some(folded(class.as_str())),
        };
        let own =
            |index: usize| self.entries[index].person.details.class.as_ref().map(|own| folded(own.as_str()));
        candidates.iter().copied().filter(|index| own(*index) == class).collect()
    }

    /// The namesake of the same class, else the only one that no other line is about, whose class
    /// has changed.
    fn pupil(&self, candidates: &[usize], line: &ImportLine) -> Result<Option<usize>, LineRefusal> {
        match self.of_class(candidates, &line.class).as_slice() {
            [only] => return Ok(Some(*only)),
            [] => {}
            _ => return Err(LineRefusal::Ambiguous),
        }
        let is_free = |index: &usize| self.entries[*index].claimed_by.is_none();
        let free: Vec<usize> = candidates.iter().copied().filter(is_free).collect();
        match (candidates, free.as_slice(), &line.class) {
            ([], _, _) | (_, [], Cell::Holds(_)) => Ok(None),
            ([only], _, Cell::NoColumn) => Ok(Some(*only)),
            (_, [only], Cell::Holds(_)) | ([only], [_], Cell::Empty) => Ok(Some(*only)),
            _ => Err(LineRefusal::Ambiguous),
        }
    }
}
