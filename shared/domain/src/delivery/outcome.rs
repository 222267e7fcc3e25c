//! What a carrier answers when a text is handed over.

use super::FailureReason;

/// What a carrier's answer means for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The carrier has it.
    Accepted,
    /// The carrier will never take it.
    Refused(FailureReason),
    /// The carrier certainly did not take it, and may later.
    TryLater,
    /// The carrier may have taken it.
    Unknown,
    /// The carrier certainly did not take it, and takes nothing from us until somebody looks
    /// after the account.
    Halt,
}
