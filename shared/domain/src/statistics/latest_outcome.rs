//! What the newest message to a person told of their number.

use jiff::Timestamp;

use crate::{
    delivery::{FailureReason, MessageState},
    id::PersonId,
    phone::PhoneNumber,
    sent_log::Logged,
};

/// What the newest message to a person told of their number.
#[derive(Clone, Copy, Debug)]
pub(super) struct LatestOutcome {
    pub phone: PhoneNumber,
    /// When it was due.
    pub at: Timestamp,
    /// Why it failed, if the number is at fault.
    pub reason: Option<FailureReason>,
}

impl LatestOutcome {
    /// What a message tells of the number of whoever got it; none where it tells nothing: it has not left, nobody
    /// knows, or something else was at fault.
    pub fn of(logged: &Logged<'_>) -> Option<(PersonId, Self)> {
        let reason = match logged.state {
            MessageState::Sent | MessageState::Delivered => None,
            MessageState::Failed(reason) if reason.is_of_the_number() => Some(reason),
            _ => return None,
        };
        let (person, phone) = (logged.message.recipient()?, logged.message.phone()?);
        Some((person, Self { phone, at: logged.send.due_at, reason }))
    }

    /// Keeps the newer of two.
    pub fn replace_if_newer(&mut self, other: Self) {
        if other.at > self.at {
            *self = other;
        }
    }
}
