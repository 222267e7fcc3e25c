//! A parcel as read: messages, progress and receipts.

use jiff::Timestamp;

use domain::{
    budget::Month,
    delivery::{MessageState, Progress, Receipts},
    id::{ParcelId, SchoolId, SendId},
    sending::{PlannedMessage, StoredMessage},
};

/// A parcel as it is read: what it carries, how far it is, and when it is not worth sending any
/// more.
#[derive(Clone, Debug)]
pub struct StoredParcel {
    pub id: ParcelId,
    /// Who and what, in the order in which they leave.
    pub messages: Vec<StoredMessage>,
    /// Number of redactions.
    pub rewritten: u32,
    /// By our own record.
    pub progress: Progress,
    /// Later reports of the carriers.
    pub receipts: Receipts,
    /// When unsent messages expire.
    pub expires_at: Timestamp,
    /// The month charged.
    pub month: Month,
    /// Whether every message is settled and the refund for unsent ones is pending.
    pub refund_pending: bool,
}

/// A parcel's progress and receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// By our own record.
    pub progress: Progress,
    /// Later reports of the carriers.
    pub receipts: Receipts,
}

/// Returns the state of each message, receipts included.
fn informed(progress: &Progress, receipts: &Receipts) -> impl Iterator<Item = MessageState> {
    (0_u8..).zip(progress.states()).map(|(index, state)| state.informed_by(receipts.of(index)))
}

impl StoredParcel {
    /// Returns the state of each message, receipts included.
    pub fn states(&self) -> impl Iterator<Item = MessageState> {
        informed(&self.progress, &self.receipts)
    }

    /// Returns the indexes of redacted messages.
    pub fn erased(&self) -> impl Iterator<Item = u8> {
        let erased = (0_u8..).zip(&self.messages).filter(|(_, message)| message.whole().is_none());
        erased.map(|(index, _)| index)
    }

    /// Returns a message by index, unless redacted.
    pub fn message(&self, index: u8) -> Option<&PlannedMessage> {
        self.messages.get(usize::from(index)).and_then(StoredMessage::whole)
    }

    /// Returns the messages that are not redacted, with their indexes.
    pub fn whole_messages(&self) -> impl Iterator<Item = (u8, &PlannedMessage)> {
        (0_u8..).zip(&self.messages).filter_map(|(index, message)| Some((index, message.whole()?)))
    }

    /// Whether every message is settled and no refund is pending.
    pub fn is_final(&self) -> bool {
        !self.refund_pending && !self.progress.states().any(MessageState::is_open)
    }

    /// Whether the month is charged for each message: unsent ones are refunded once all are settled.
    pub fn charged(&self) -> impl Iterator<Item = bool> {
        let is_final = self.is_final();
        self.progress.states().map(move |state| !(is_final && state.was_never_sent()))
    }
}

impl Tracked {
    /// Returns the state of each message, receipts included.
    pub fn states(&self) -> impl Iterator<Item = MessageState> {
        informed(&self.progress, &self.receipts)
    }
}

/// The properties shared by all parcels of a send.
#[derive(Clone, Copy, Debug)]
pub struct ParcelsOf {
    pub school: SchoolId,
    pub send: SendId,
    /// When unsent messages expire.
    pub expires_at: Timestamp,
    /// The month charged.
    pub month: Month,
}
