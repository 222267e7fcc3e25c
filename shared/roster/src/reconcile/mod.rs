//! Reconciles what the files of an import say with the directory of a school.
//!
//! A text about one child that reaches another family is the worst that can happen, so identity is never guessed: what
//! cannot be told apart is doubtful, and left out until a human decides.

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
mod schemes;
mod work;

use domain::directory::Person;

pub use options::{Decision, Options, Scope};
pub use plan::{Doubt, DoubtReason, LostTie, LostTieReason, Outcome, Plan, PlanEntry, RecordId};

use crate::Roster;

/// Works out what an import would do. Writes nothing.
pub fn reconcile(roster: &Roster, directory: Vec<Person>, options: &Options) -> Plan {
    work::Work::new(roster, directory, options).plan()
}

#[cfg(test)]
mod tests;
