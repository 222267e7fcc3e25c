//! The result of matching a described person.

use super::plan::Doubt;

/// The result of matching a described person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// A place among the people of the directory.
    Known(usize),
    New,
    Doubtful(Doubt),
}
