//! Whether a write was this one.

/// How an item came to be as it was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// By this write.
    Now,
    /// It was there: an answer of this write was lost, or somebody else wrote exactly the same.
    Before,
}
