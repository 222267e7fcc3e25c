//! A violated invariant of a world.

/// A violated invariant.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Violation(String);

impl Violation {
    /// A violation with its description.
    pub const fn new(words: String) -> Self {
        Self(words)
    }
}
