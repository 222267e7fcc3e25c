//! The outcome of a conditional write.

/// What a conditional write did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    /// It wrote the item.
    Written,
    /// The very same item was there: the answer to this write was lost, or another worker wrote the same.
    AlreadyThere,
}
