//! Numbers to collect again: people who could not be reached by the number that the directory still has.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::Statistics;
use crate::{
    delivery::{FailureReason, MessageState},
    directory::{ClassName, Directory, Person},
    id::PersonId,
    phone::PhoneNumber,
    sent_log::Logged,
};

/// What the newest message to a person told of their number.
#[derive(Clone, Copy, Debug)]
pub(super) struct LastWord {
    phone: PhoneNumber,
    /// When it was due.
    at: Timestamp,
    /// Why it failed, if the number is at fault.
    reason: Option<FailureReason>,
}

impl LastWord {
    /// What a message tells of the number of whoever got it; none where it tells nothing: it has not left, nobody
    /// knows, or something else was at fault.
    pub fn of(logged: &Logged<'_>) -> Option<(PersonId, Self)> {
        let reason = match logged.state {
            MessageState::Sent | MessageState::Delivered => None,
            MessageState::Failed(reason) if reason.is_of_the_number() => Some(reason),
            _ => return None,
        };
        let (person, phone) = (logged.message.recipient()?, logged.message.phone()?);
        Some((person, Self { phone, at: logged.send.due_at, reason }))
    }

    /// Keeps the newer of two.
    pub fn hear(&mut self, other: Self) {
        if other.at > self.at {
            *self = other;
        }
    }
}

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

impl Statistics {
    /// Whether anybody's number may have to be collected again.
    pub fn has_numbers_to_collect(&self) -> bool {
        self.last_words.values().any(|word| word.reason.is_some())
    }

    /// People whose newest message failed because of a number that is still theirs, by class: guardians in the class
    /// of each of their children.
    pub fn numbers_to_collect(&self, directory: &Directory) -> Vec<NumbersOf> {
        let mut by_class: BTreeMap<Option<ClassName>, Vec<NumberToCollect>> = BTreeMap::new();
        for (person, word) in &self.last_words {
            let Some(reason) = word.reason else { continue };
            let still_theirs = |person: &&Person| person.details.phone == Some(word.phone);
            let Some(known) = directory.person(*person).filter(still_theirs) else { continue };
            let number = NumberToCollect { person: *person, name: known.details.name(), reason, at: word.at };
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
