//! Reconciles the lines of a file with the directory.

use domain::{
    audience::Audience,
    directory::{Guardianship, Person, PersonDetails},
    id::PersonId,
    territory::Territory,
};
use jiff::Timestamp;

use super::{
    cell::Cell,
    line::{File, FileError, ImportLine},
    matching::{Entry, Roll},
    refusal::LineRefusal,
};

/// The writes of an import, and a report per line.
#[derive(Debug)]
pub struct Import {
    /// One report for each line of people, in file order.
    pub lines: Vec<LineReport>,
    /// Unknown headers.
    pub ignored_columns: Vec<String>,
    pub created: Vec<Person>,
    /// People in their next version.
    pub updated: Vec<Person>,
}

impl Import {
    /// Refuses updates that lost against a concurrent change.
    pub fn refuse_changed_meanwhile(&mut self, people: &[PersonId]) {
        for report in &mut self.lines {
            if matches!(report.outcome, Outcome::Updated(person) if people.contains(&person)) {
                report.outcome = Outcome::Refused(LineRefusal::ChangedMeanwhile);
            }
        }
    }
}

/// The outcome of one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineReport {
    /// From 1; the header is a line too.
    pub line: u64,
    pub outcome: Outcome,
}

/// Outcomes of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Created(PersonId),
    Updated(PersonId),
    Unchanged(PersonId),
    Refused(LineRefusal),
}

/// The sender's options for an import.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// The default without a column.
    pub audience: Option<Audience>,
    /// A new school year: a pupil found in another class, without an identifier, has moved there. Otherwise
    /// the line is refused, because it may be a namesake.
    pub pupils_moved: bool,
}

/// Reconciles a file with the directory of a school in `home`. Writes nothing.
pub fn reconcile(
    bytes: &[u8],
    options: ImportOptions,
    home: Territory,
    people: Vec<Person>,
    now: Timestamp,
) -> Result<Import, FileError> {
    let file = File::read(bytes, options.audience, home)?;
    let mut roll = Roll::new(people, options.pupils_moved);
    let mut next_id = PersonId::generate(now);
    let mut reports = vec![None; file.lines.len()];
    for pass in [Pass::CertainPupils, Pass::OtherPupils, Pass::Others] {
        for (report, (number, line)) in reports.iter_mut().zip(&file.lines) {
            let result = match line {
                Err(refusal) => Err(*refusal),
                Ok(line) if report.is_none() && pass.takes(line, &roll) => {
                    take(&mut roll, *number, line, &mut next_id)
                }
                Ok(_) => continue,
            };
            *report = Some(LineReport { line: *number, outcome: result.unwrap_or_else(Outcome::Refused) });
        }
    }
    let (mut created, mut updated) = (Vec::new(), Vec::new());
    for entry in roll.entries {
        match entry.before {
            None => created.push(entry.person),
            Some(before) if before.details != entry.person.details => updated.push(entry.person),
            Some(_) => {}
        }
    }
    let lines = reports.into_iter().flatten().collect();
    Ok(Import { lines, ignored_columns: file.ignored_columns, created, updated })
}

/// The passes over the lines, independent of file order: guardians name pupils, and a certain match must not
/// lose its person to a namesake.
#[derive(Clone, Copy)]
enum Pass {
    CertainPupils,
    OtherPupils,
    Others,
}

impl Pass {
    fn takes(self, line: &ImportLine, roll: &Roll) -> bool {
        match self {
            Self::CertainPupils => line.audience == Audience::Pupils && roll.is_certain(line),
            Self::OtherPupils => line.audience == Audience::Pupils,
            Self::Others => true,
        }
    }
}

fn take(
    roll: &mut Roll,
    number: u64,
    line: &ImportLine,
    next_id: &mut PersonId,
) -> Result<Outcome, LineRefusal> {
    let children = line.children.iter().map(|hint| roll.child(hint)).collect::<Result<Vec<_>, _>>()?;
    let Some(index) = roll.find(line, &children)? else {
        if roll.has_barred_namesake(line, &children) {
            return Err(LineRefusal::BarredNamesake);
        }
        let id = *next_id;
        // Ids sort new people in file order.
        *next_id = id.following();
        let person = Person { id, details: details(line, &children, None), version: 1 };
        roll.add(Entry::new(person, None, Some(number)));
        return Ok(Outcome::Created(id));
    };
    let entry = &mut roll.entries[index];
    let id = entry.person.id;
    let mut after = details(line, &children, Some(&entry.person.details));
    if entry.claimed_by.is_some() {
        // Another line of the same file may spell name and address differently; the first line counts.
        after.first_name = entry.person.details.first_name.clone();
        after.last_name = entry.person.details.last_name.clone();
        after.address = entry.person.details.address.clone();
    }
    if after == entry.person.details {
        entry.claimed_by.get_or_insert(number);
        return Ok(Outcome::Unchanged(id));
    }
    // A second line may add a child to a guardian; it may not change the number.
    if entry.claimed_by.is_some() && !adds_children_only(&entry.person.details, &after) {
        return Err(LineRefusal::Contradicts);
    }
    entry.claimed_by.get_or_insert(number);
    entry.person.version = entry.before.as_ref().map_or(1, |before| before.version + 1);
    entry.person.details = after;
    roll.index(index);
    Ok(Outcome::Updated(id))
}

fn adds_children_only(before: &PersonDetails, after: &PersonDetails) -> bool {
    after.guardianships.starts_with(&before.guardianships)
        && PersonDetails { guardianships: before.guardianships.clone(), ..after.clone() } == *before
}

/// A line's details, merged into the present ones.
fn details(line: &ImportLine, children: &[PersonId], present: Option<&PersonDetails>) -> PersonDetails {
    let mut guardianships = present.map(|details| details.guardianships.clone()).unwrap_or_default();
    for pupil in children {
        match guardianships.iter_mut().find(|tie| tie.pupil == *pupil) {
            Some(tie) => tie.rank = line.rank.unwrap_or(tie.rank),
            None => guardianships.push(Guardianship::new(*pupil, line.rank.unwrap_or(1))),
        }
    }
    // On a guardian's line, the class is the child's; only pupils have one.
    let class = match line.audience {
        Audience::Pupils => line.class.clone().over(present.and_then(|details| details.class.clone())),
        _ => None,
    };
    let accepts_sms = match line.accepts_sms {
        Cell::Holds(accepts) => accepts,
        // A column of crosses: without a present value, no cross means no consent.
        Cell::Empty => present.is_some_and(|details| details.accepts_sms),
        Cell::NoColumn => present.is_none_or(|details| details.accepts_sms),
    };
    PersonDetails {
        audience: line.audience,
        first_name: line.first_name.clone(),
        last_name: line.last_name.clone(),
        class,
        phone: line.phone.clone().over(present.and_then(|details| details.phone)),
        address: line.address.over(present.and_then(|details| details.address.as_ref())),
        accepts_sms,
        refused_contexts: present.map(|details| details.refused_contexts).unwrap_or_default(),
        guardianships,
        external_id: line
            .external_id
            .clone()
            .or_else(|| present.and_then(|details| details.external_id.clone())),
    }
}

#[cfg(test)]
mod tests;
