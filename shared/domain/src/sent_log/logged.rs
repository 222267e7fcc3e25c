//! One message of the sent log, with all that is known of it.

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
    /// Who and what, as far as it was not erased.
    pub message: &'l StoredMessage,
    /// What became of it, with what its carrier told.
    pub state: MessageState,
    /// The month that pays.
    pub month: Month,
    /// Whether all of its parcel is settled and no refund is pending: only a carrier that is asked, and never
    /// received it, changes what the month pays for it.
    pub is_final: bool,
    /// Whether the month pays for it. What was reserved for texts that never left goes back once their parcel is
    /// settled.
    pub is_charged: bool,
}

impl Logged<'_> {
    /// What the month pays for it.
    pub const fn cost(&self) -> MicroEuros {
        if self.is_charged { self.message.price() } else { MicroEuros::ZERO }
    }
}
