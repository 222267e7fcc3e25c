//! Reconciles what the files of an import say with the directory of a school.
//!
//! A text about one child that reaches another family is the worst failure, so identity is never guessed: an ambiguous
//! person is doubtful, and not imported until a human decides.

mod adults;
mod consent;
mod described;
mod families;
mod groups;
mod identity;
mod merge;
mod options;
mod pairs;
mod person;
mod plan;
mod pupil_refs;
mod pupils;
mod reconciliation;
mod schemes;

use domain::directory::Person;

pub use options::{Decision, Options};
pub use plan::{Doubt, DoubtReason, LostTie, LostTieReason, NotARecord, Outcome, Plan, PlanEntry, RecordId};

use crate::Roster;

/// Works out what an import would do. Writes nothing.
pub fn reconcile(roster: &Roster, directory: Vec<Person>, options: &Options) -> Plan {
    reconciliation::Reconciliation::new(roster, directory, options).plan()
}

#[cfg(test)]
mod tests;
