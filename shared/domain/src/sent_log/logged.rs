//! One message of the sent log, with send, state and cost.

use crate::{
    budget::Month,
    delivery::MessageState,
    id::MessageId,
    pricing::MicroEuros,
    sending::{Send, StoredMessage},
};

/// A message of the log.
#[derive(Clone, Copy, Debug)]
pub struct Logged<'l> {
    pub id: MessageId,
    /// The send that it is of.
    pub send: &'l Send,
    /// Possibly redacted.
    pub message: &'l StoredMessage,
    /// Receipts included.
    pub state: MessageState,
    /// The month charged.
    pub month: Month,
    /// Whether its parcel is settled and has no pending refund: only a status query with the answer
    /// "never received" can still change its cost.
    pub is_final: bool,
    /// Whether the month is charged for it. Unsent messages are refunded once their parcel is settled.
    pub is_charged: bool,
}

impl Logged<'_> {
    /// Returns the cost to the month.
    pub const fn cost(&self) -> MicroEuros {
        if self.is_charged { self.message.price() } else { MicroEuros::ZERO }
    }
}
