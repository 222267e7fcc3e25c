//! What does not hold in a world.

/// What does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Violation(String);

impl Violation {
    /// One that is told in these words.
    pub const fn new(words: String) -> Self {
        Self(words)
    }
}
