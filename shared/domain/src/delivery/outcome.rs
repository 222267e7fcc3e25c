//! The outcome of submitting a message to a carrier.

use super::FailureReason;

/// A carrier's response, as an outcome for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Accepted,
    /// Permanently refused.
    Refused(FailureReason),
    /// Certainly not accepted; retry later.
    TryLater,
    /// Possibly accepted.
    Unknown,
    /// Certainly not accepted; the account accepts nothing until it is repaired.
    Halt,
}
