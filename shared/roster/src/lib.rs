//! How people come in from the files that schools have.
//!
//! Every format is lowered to one model, the [`Roster`]: pupils, adults and ties, each with the place where it stands.
//! The roster is reconciled with the directory once. Identity is never guessed: an ambiguous match waits for a decision.

mod column;
mod field;
mod file_error;
mod finding;
mod names;
mod origin;
mod read;
mod reconcile;
mod roster;
mod table;
mod xml;

pub use column::{Column, ColumnField, ColumnMeaning, Mapping, NotAMeaning};
pub use file_error::{FileError, MAX_LINES};
pub use finding::{Finding, FindingKind};
pub use origin::Origin;
pub use read::read;
pub use reconcile::{
    Decision, Doubt, DoubtReason, LostTie, LostTieReason, NotARecord, Options, Outcome, Plan, PlanEntry,
    RecordId, reconcile,
};
pub use roster::{AdultRecord, PupilRecord, PupilRef, Roster, TieRecord};
