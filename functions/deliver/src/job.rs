//! A parcel from the queue, and the messages that continue it later.

use std::time::Duration;

use domain::{
    clock::earlier,
    delivery::{MessageState, Progress},
    id::ParcelId,
};
use jiff::{SignedDuration, Timestamp};
use queues::QueueMessage;
use store::StoredParcel;

use crate::{deps::Deps, outcome::JobOutcome, pacing::Pacing, reconcile};

/// No block begins with less time: the longest call to a carrier, and a margin for the write after it.
const LAST_BLOCK: SignedDuration = SignedDuration::from_secs(8);

/// A parcel to deliver, and the deadline.
pub(crate) struct DeliveryJob<'d> {
    pub parcel: ParcelId,
    pub place_at: Option<Timestamp>,
    pub deadline: Timestamp,
    pub deps: &'d Deps,
}

impl DeliveryJob<'_> {
    /// Nothing is left to send. Enqueues a reconciliation if a carrier can be queried about unknown messages.
    pub fn finished(&self, stored: &StoredParcel, progress: &Progress) -> JobOutcome {
        let can_be_asked = (0_u8..).zip(progress.states()).any(|(index, state)| {
            state == MessageState::Unknown
                && stored.receipts.of(index).is_none()
                && reconcile::asked_carrier(progress, index, self.deps).is_some()
        });
        match reconcile::first_question(self.message(None)).filter(|_| can_be_asked) {
            Some((question, delay)) => JobOutcome::Later(question, delay),
            None => JobOutcome::Finished,
        }
    }

    /// The same parcel, after a delay.
    pub fn again(&self, delay: Duration) -> JobOutcome {
        JobOutcome::Later(self.message(None), delay)
    }

    /// The same parcel, at its place in the carrier's queue.
    pub fn at_its_place(&self, place: Timestamp) -> JobOutcome {
        JobOutcome::Later(self.message(Some(place)), Pacing::until_place(place, self.now()))
    }

    fn message(&self, place: Option<Timestamp>) -> QueueMessage {
        let place_at_s = place.map(Timestamp::as_second);
        QueueMessage::Parcel { parcel: self.parcel, place_at_s }
    }

    /// Whether too little time is left for a block.
    pub fn is_late(&self) -> bool {
        self.now() > earlier(self.deadline, LAST_BLOCK)
    }

    pub fn now(&self) -> Timestamp {
        self.deps.clock.now()
    }

    pub fn until(&self, instant: Timestamp) -> Duration {
        Duration::try_from(instant.duration_since(self.now())).unwrap_or(Duration::ZERO)
    }

    pub async fn wait_until(&self, instant: Timestamp) {
        let wait = self.until(instant);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }
}
