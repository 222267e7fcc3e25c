//! Numbers to collect again: people who could not be reached by the number that the directory still has.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::latest_outcome::LatestOutcome;
use crate::{
    delivery::FailureReason,
    directory::{ClassName, Directory, Person},
    id::PersonId,
};

/// Somebody whose number is to be asked for again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumberToCollect {
    /// Who.
    pub person: PersonId,
    /// First and last name.
    pub name: String,
    /// Why the newest message failed.
    pub reason: FailureReason,
    /// When it was due.
    pub at: Timestamp,
}

/// Those of one class; of none for people who have nothing to do with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NumbersOf {
    /// The class, of which they are or are a guardian.
    pub class: Option<ClassName>,
    /// By name.
    pub people: Vec<NumberToCollect>,
}

/// People whose newest message failed because of a number that is still theirs, by class: guardians in the class
/// of each of their children.
pub(super) fn numbers_to_collect(
    latest_outcomes: &HashMap<PersonId, LatestOutcome>,
    directory: &Directory,
) -> Vec<NumbersOf> {
    let mut by_class: BTreeMap<Option<ClassName>, Vec<NumberToCollect>> = BTreeMap::new();
    for (person, outcome) in latest_outcomes {
        let Some(reason) = outcome.reason else { continue };
        let still_theirs = |person: &&Person| person.details.phone == Some(outcome.phone);
        let Some(known) = directory.person(*person).filter(still_theirs) else { continue };
        let number = NumberToCollect { person: *person, name: known.details.name(), reason, at: outcome.at };
        for class in classes(known, directory) {
            by_class.entry(class).or_default().push(number.clone());
        }
    }
    let sorted = |(class, mut people): (Option<ClassName>, Vec<NumberToCollect>)| {
        people.sort_by(|a, b| (&a.name, a.person).cmp(&(&b.name, b.person)));
        NumbersOf { class, people }
    };
    let mut classes: Vec<NumbersOf> = by_class.into_iter().map(sorted).collect();
    // Those without a class come last.
    classes.sort_by_key(|numbers| numbers.class.is_none());
    classes
}

/// The classes of a pupil or of a guardian's children, each once.
fn classes(person: &Person, directory: &Directory) -> Vec<Option<ClassName>> {
    let children = person.details.guardianships.iter().filter_map(|tie| directory.person(tie.pupil));
    let of = |person: &Person| person.details.class.clone();
    let mut classes: Vec<ClassName> = children.filter_map(of).chain(of(person)).collect();
    classes.sort();
    classes.dedup();
    if classes.is_empty() { vec![None] } else { classes.into_iter().map(Some).collect() }
}
