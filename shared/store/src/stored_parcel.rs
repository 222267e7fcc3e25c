//! A parcel as it is read: its messages, its progress and its receipts.

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
    /// How often messages of it were erased.
    pub rewritten: u32,
    /// How far it has come, by our own record.
    pub progress: Progress,
    /// What carriers told since.
    pub receipts: Receipts,
    /// When what has not left expires.
    pub expires_at: Timestamp,
    /// The month that pays.
    pub month: Month,
    /// Whether every message is settled, and what was reserved for those that never left is not refunded yet.
    pub refund_pending: bool,
}

/// How far a parcel has come, with what carriers told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tracked {
    /// By our own record.
    pub progress: Progress,
    /// What carriers told since.
    pub receipts: Receipts,
}

/// The state of each message, with what its carrier told.
fn informed(progress: &Progress, receipts: &Receipts) -> impl Iterator<Item = MessageState> {
    (0_u8..).zip(progress.states()).map(|(index, state)| state.informed_by(receipts.of(index)))
}

impl StoredParcel {
    /// The state of each message, with what its carrier told.
    pub fn states(&self) -> impl Iterator<Item = MessageState> {
        informed(&self.progress, &self.receipts)
    }

    /// The places of the messages of whom somebody was erased.
    pub fn erased(&self) -> impl Iterator<Item = u8> {
        let erased = (0_u8..).zip(&self.messages).filter(|(_, message)| message.whole().is_none());
        erased.map(|(index, _)| index)
    }

    /// A message by its place, unless somebody whom it concerned was erased.
    pub fn message(&self, index: u8) -> Option<&PlannedMessage> {
        self.messages.get(usize::from(index)).and_then(StoredMessage::whole)
    }

    /// The messages of whom nobody was erased, with their places.
    pub fn whole_messages(&self) -> impl Iterator<Item = (u8, &PlannedMessage)> {
        (0_u8..).zip(&self.messages).filter_map(|(index, message)| Some((index, message.whole()?)))
    }

    /// Whether every message is settled and no refund is pending.
    pub fn is_final(&self) -> bool {
        !self.refund_pending && !self.progress.states().any(MessageState::is_open)
    }

    /// Whether the month pays for each message: what was reserved for those that never left goes back once all
    /// are settled.
    pub fn charged(&self) -> impl Iterator<Item = bool> {
        let is_final = self.is_final();
        self.progress.states().map(move |state| !(is_final && state.was_never_sent()))
    }
}

impl Tracked {
    /// The state of each message, with what its carrier told.
    pub fn states(&self) -> impl Iterator<Item = MessageState> {
        informed(&self.progress, &self.receipts)
    }
}

/// Where and until when a send's parcels are kept, the same for all of them.
#[derive(Clone, Copy, Debug)]
pub struct ParcelsOf {
    /// The school.
    pub school: SchoolId,
    /// The send.
    pub send: SendId,
    /// When what has not left expires.
    pub expires_at: Timestamp,
    /// The month that pays.
    pub month: Month,
}
