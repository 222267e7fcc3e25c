//! Matches lines with people of the directory.
//!
//! Two people may share a name, and merging them would send one family's messages to another. So a shared
//! name is never enough: a pupil needs the class, a guardian a child or the number, other people an
//! identifier.

use std::collections::HashMap;

use domain::{
    audience::Audience,
    directory::{ClassName, Person},
    id::PersonId,
    line::folded,
};

use super::{
    cell::Cell,
    line::{ChildHint, ImportLine},
    refusal::LineRefusal,
};

/// A person of the directory during an import.
#[derive(Debug)]
pub(super) struct Entry {
    pub person: Person,
    pub before: Option<Person>,
    /// The first line of this file about this person.
    pub claimed_by: Option<u64>,
    folded: Folded,
}

/// Names and class, folded for comparison.
#[derive(Debug, PartialEq, Eq)]
struct Folded {
    first: String,
    last: String,
    class: Option<String>,
}

impl Folded {
    fn of(person: &Person) -> Self {
        Self {
            first: folded(person.details.first_name.as_str()),
            last: folded(person.details.last_name.as_str()),
            class: person.details.class.as_ref().map(|class| folded(class.as_str())),
        }
    }
}

impl Entry {
    pub fn new(person: Person, before: Option<Person>, claimed_by: Option<u64>) -> Self {
        let folded = Folded::of(&person);
        Self { person, before, claimed_by, folded }
    }
}

/// The directory, indexed by identifiers and names.
#[derive(Debug, Default)]
pub(super) struct Roll {
    pub entries: Vec<Entry>,
    by_external_id: HashMap<(Audience, String), usize>,
    by_name: HashMap<(Audience, String), Vec<usize>>,
    pupils_moved: bool,
}

impl Roll {
    pub fn new(people: Vec<Person>, pupils_moved: bool) -> Self {
        let mut roll = Self { pupils_moved, ..Self::default() };
        for person in people {
            let before = Some(person.clone());
            roll.add(Entry::new(person, before, None));
        }
        roll
    }

    pub fn add(&mut self, entry: Entry) {
        self.entries.push(entry);
        self.index(self.entries.len() - 1);
    }

    /// Indexes an entry by its present identifier and names.
    pub fn index(&mut self, index: usize) {
        let entry = &mut self.entries[index];
        entry.folded = Folded::of(&entry.person);
        let details = &entry.person.details;
        let audience = details.audience;
        if let Some(id) = &details.external_id {
            self.by_external_id.insert((audience, id.as_str().to_owned()), index);
        }
        let Folded { first, last, .. } = &entry.folded;
        // Full names occur in either order.
        for name in [format!("{first} {last}"), format!("{last} {first}")] {
            let found = self.by_name.entry((audience, name)).or_default();
            if !found.contains(&index) {
                found.push(index);
            }
        }
    }

    fn named(&self, audience: Audience, first: &str, last: &str) -> Vec<usize> {
        let found = self.by_name.get(&(audience, format!("{first} {last}")));
        let same = |index: &usize| {
            let folded = &self.entries[*index].folded;
            folded.first == first && folded.last == last
        };
        found.into_iter().flatten().copied().filter(same).collect()
    }

    /// Resolves a guardian's reference to a child.
    pub fn child(&self, hint: &ChildHint) -> Result<PersonId, LineRefusal> {
        let (candidates, class) = match hint {
            ChildHint::ExternalId(id) => {
                let found = self.by_external_id.get(&(Audience::Pupils, id.clone()));
                return found.map(|index| self.entries[*index].person.id).ok_or(LineRefusal::UnknownChild);
            }
            ChildHint::Name { first, last, class } => (self.named(Audience::Pupils, first, last), class),
            ChildHint::FullName { name, class } => {
                (self.by_name.get(&(Audience::Pupils, name.clone())).cloned().unwrap_or_default(), class)
            }
        };
        let in_class = |index: &usize| class.is_none() || self.entries[*index].folded.class == *class;
        match candidates.into_iter().filter(in_class).collect::<Vec<_>>().as_slice() {
            [] => Err(LineRefusal::UnknownChild),
            [only] => Ok(self.entries[*only].person.id),
            _ => Err(LineRefusal::AmbiguousChild),
        }
    }

    /// The person on a line; none for a new person.
    pub fn find(&self, line: &ImportLine, children: &[PersonId]) -> Result<Option<usize>, LineRefusal> {
        let audience = line.audience;
        let (first, last) = (folded(line.first_name.as_str()), folded(line.last_name.as_str()));
        if let Some(index) = self.identified(line) {
            let known = &self.entries[index].folded;
            // One name may change, by marriage or correction; two changed names are another person's.
            let somebody_else = known.first != first && known.last != last;
            return if somebody_else { Err(LineRefusal::IdentifierOfAnother) } else { Ok(Some(index)) };
        }
        // A namesake with another identifier is another person.
        let mut candidates = self.named(audience, &first, &last);
        candidates.retain(|index| {
            line.external_id.is_none() || self.entries[*index].person.details.external_id.is_none()
        });
        match audience {
            Audience::Guardians => self.guardian(&candidates, line, children),
            Audience::Pupils => self.pupil(&candidates, line),
            Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors => only(&candidates),
        }
    }

    /// Whether a court decision bars a namesake from one of the children.
    pub fn has_barred_namesake(&self, line: &ImportLine, children: &[PersonId]) -> bool {
        let (first, last) = (folded(line.first_name.as_str()), folded(line.last_name.as_str()));
        let namesakes = self.named(line.audience, &first, &last);
        namesakes.iter().any(|index| {
            let person = &self.entries[*index].person;
            children.iter().any(|child| person.tie_to(*child).is_some_and(|tie| tie.no_contact))
        })
    }

    fn identified(&self, line: &ImportLine) -> Option<usize> {
        let id = line.external_id.as_ref()?;
        self.by_external_id.get(&(line.audience, id.as_str().to_owned())).copied()
    }

    /// The namesake with the same child, else with the same number. A line without child and number matches
    /// an only namesake; a line with a number alone also matches a namesake who has neither.
    fn guardian(
        &self,
        candidates: &[usize],
        line: &ImportLine,
        children: &[PersonId],
    ) -> Result<Option<usize>, LineRefusal> {
        let details = |index: &usize| &self.entries[*index].person.details;
        let of = |wanted: &dyn Fn(&usize) -> bool| {
            candidates.iter().copied().filter(|i| wanted(i)).collect::<Vec<_>>()
        };
        let same_phone =
            |index: &usize| matches!(&line.phone, Cell::Holds(phone) if details(index).phone == Some(*phone));
        let shares_child =
            |index: &usize| details(index).guardianships.iter().any(|tie| children.contains(&tie.pupil));
        let blank = |index: &usize| details(index).guardianships.is_empty() && details(index).phone.is_none();

        let of_child = of(&shares_child);
        if of_child.len() > 1 {
            return match of(&|index| shares_child(index) && same_phone(index)).as_slice() {
                [one] => Ok(Some(*one)),
                _ => Err(LineRefusal::Ambiguous),
            };
        }
        if !of_child.is_empty() {
            return only(&of_child);
        }
        let of_phone = of(&same_phone);
        if !of_phone.is_empty() {
            return only(&of_phone);
        }
        match (children, &line.phone) {
            ([], Cell::Holds(_)) => only(&of(&blank)),
            ([], Cell::NoColumn | Cell::Empty) if candidates.len() > 1 => match of(&blank).as_slice() {
                [one] => Ok(Some(*one)),
                _ => Err(LineRefusal::Ambiguous),
            },
            ([], Cell::NoColumn | Cell::Empty) => only(candidates),
            _ => Ok(None),
        }
    }

    /// Whether a pupil's line certainly matches the directory: by identifier, or by name and class. Such
    /// lines go first, so that no other line claims their person.
    pub fn is_certain(&self, line: &ImportLine) -> bool {
        let (first, last) = (folded(line.first_name.as_str()), folded(line.last_name.as_str()));
        let candidates = self.named(line.audience, &first, &last);
        self.identified(line).is_some() || self.of_class(&candidates, &line.class).len() == 1
    }

    /// The namesakes with the class of a line. An empty class matches an empty class.
    fn of_class(&self, candidates: &[usize], class: &Cell<ClassName>) -> Vec<usize> {
        let class = match class {
            Cell::NoColumn => return Vec::new(),
            Cell::Empty => None,
            Cell::Holds(class) => Some(folded(class.as_str())),
        };
        candidates.iter().copied().filter(|index| self.entries[*index].folded.class == class).collect()
    }

    /// The namesake in the same class, else the only unclaimed one, if `pupils_moved`.
    fn pupil(&self, candidates: &[usize], line: &ImportLine) -> Result<Option<usize>, LineRefusal> {
        let same_class = self.of_class(candidates, &line.class);
        if !same_class.is_empty() {
            return only(&same_class);
        }
        let is_free = |index: &usize| self.entries[*index].claimed_by.is_none();
        let free: Vec<usize> = candidates.iter().copied().filter(is_free).collect();
        match (candidates, free.as_slice(), &line.class) {
            ([], _, _) | (_, [], Cell::Holds(_)) => Ok(None),
            ([one], _, Cell::NoColumn) => Ok(Some(*one)),
            // A new identifier excludes the known namesakes.
            (_, [_, ..], Cell::Holds(_)) if line.external_id.is_some() && !self.pupils_moved => Ok(None),
            (_, [one], Cell::Holds(_)) if self.pupils_moved || self.entries[*one].folded.class.is_none() => {
                Ok(Some(*one))
            }
            (_, [_], Cell::Holds(_)) => Err(LineRefusal::PupilInAnotherClass),
            _ => Err(LineRefusal::Ambiguous),
        }
    }
}

/// The only candidate, if any; several are ambiguous.
fn only(candidates: &[usize]) -> Result<Option<usize>, LineRefusal> {
    match candidates {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(LineRefusal::Ambiguous),
    }
}
