//! How an import is reconciled, and what a human has decided.

use std::collections::BTreeMap;

use domain::{id::PersonId, import::Scope, school::SchoolYear};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::plan::RecordId;

/// When and how an import is reconciled.
#[derive(Clone, Debug)]
pub struct Options {
    /// The id of the first new person; the others follow. The same id makes the same plan.
    pub first_id: PersonId,
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// This person of the directory.
    Same(PersonId),
    /// A new person.
    New,
}
