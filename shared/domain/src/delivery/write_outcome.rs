//! The outcome of a conditional write.

/// The outcome of a conditional write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteOutcome {
    Written,
    /// An identical item existed: the response to this write was lost, or another worker wrote the
    /// same.
    AlreadyThere,
}
