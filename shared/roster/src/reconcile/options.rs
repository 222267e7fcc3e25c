//! How an import is reconciled, and what a human has decided.

use std::collections::BTreeMap;

use domain::{id::PersonId, school::SchoolYear};
use jiff::{Timestamp, civil::Date};

use super::plan::RecordId;

/// What the files of an import are meant to describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All people: missing ones have left, and a name without a class may identify a child.
    WholeSchool,
    /// Some classes, or a few people.
    Part,
}

/// When and how an import is reconciled.
#[derive(Clone, Debug)]
pub struct Options {
    pub now: Timestamp,
    /// Today at the school.
    pub today: Date,
    /// The school year that the files describe.
    pub year: SchoolYear,
    pub scope: Scope,
    /// A human says: a pupil with the only name of its kind is the same child, whatever the class or the year.
    pub same_names: bool,
    /// Decisions about doubtful people.
    pub decisions: BTreeMap<RecordId, Decision>,
}

/// A human's decision about a person of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// This person of the directory.
    Same(PersonId),
    /// A new person.
    New,
}
