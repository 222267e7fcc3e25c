//! Who a described person is.

use super::plan::Doubt;

/// Who a described person is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Identity {
    /// A place among the people of the directory.
    Known(usize),
    New,
    Doubtful(Doubt),
}
