//! One parcel: read, made ready, and what comes after a run.

use std::time::Duration;

use domain::{
    delivery::{MessageState, Progress, Worker},
    directory::OptOuts,
    id::{ParcelNumber, SchoolId, SendId, WorkerId},
};
use jiff::{SignedDuration, Timestamp};
use queues::QueueMessage;
use store::{StoreError, StoredParcel};
use telemetry::Counts;

use crate::{Deps, Done, block::Pacings, pacing::Pacing, reconcile, run::Run};

/// A block is not begun with less time left than a carrier may take and a margin for the write that
/// follows.
const LAST_BLOCK: SignedDuration = SignedDuration::from_secs(8);
/// How old a send may be whose opt-outs are those of its planning.
const JUST_PLANNED: SignedDuration = SignedDuration::from_secs(60);
/// How long after its deadline a worker's claim still counts: clocks differ a little.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(1);

/// A parcel to deliver, and until when.
pub(crate) struct Parcel<'d> {
    pub school: SchoolId,
    pub send: SendId,
    pub number: ParcelNumber,
    pub place_at: Option<Timestamp>,
    pub deadline: Timestamp,
    pub deps: &'d Deps,
}

impl Parcel<'_> {
    /// Delivers as many blocks as the time and the carriers' pace allow.
    pub async fn deliver(&self, counts: &mut Counts) -> Result<Done, StoreError> {
        let table = &self.deps.table;
        let (stored, conditions, opt_outs) = futures_util::try_join!(
            table.parcel_eventually_consistent(self.school, self.send, self.number),
            table.carrier_conditions_eventually_consistent(),
            self.opt_outs()
        )?;
        let Some(stored) = stored else {
            // Parcels are written before they are enqueued: this one was forgotten.
            tracing::warn!("the parcel is gone");
            return Ok(Done::Finished);
        };
        if table.retry_refund(&stored).await? {
            return Ok(self.finished(&stored, &stored.progress));
        }
        if let Some(place) = self.place_at.filter(|place| !Pacing::until_place(*place, self.now()).is_zero())
        {
            // Its place is farther away than the queue can count.
            return Ok(self.at_its_place(place));
        }
        self.wait_for_its_moment(&stored).await;
        let is_first = self.number == ParcelNumber(0);
        let mut progress = stored.progress.clone();
        if !progress.is_claimed(self.now()) {
            // Somebody may have told us to stop since the texts were planned, or since a carrier put them off.
            for (index, message) in stored.whole_messages() {
                if opt_outs.of(message.phone).is_some() {
                    progress.stop(index);
                }
            }
            // Somebody may have been erased while a worker had the parcel in hand: nothing is left to send to them.
            stored.erased().for_each(|index| progress.erase(index));
        }
        let run = Run {
            parcel: self,
            stored: &stored,
            written: stored.progress.clone(),
            progress,
            conditions,
            pacings: Pacings::new(self.deps, is_first || self.place_at.is_some()),
            worker: Worker {
                id: WorkerId::generate(self.now()),
                lease_until: self.deadline.saturating_add(LEASE_MARGIN).unwrap_or(Timestamp::MAX),
            },
            is_tagged: false,
            counts,
        };
        run.carried_through().await
    }

    /// Who told the school to stop since the texts were planned. Of a send that was planned a moment ago nobody
    /// did, and most parcels leave in that moment: they are spared the read.
    async fn opt_outs(&self) -> Result<OptOuts, StoreError> {
        if self.now().duration_since(self.send.made_at()) < JUST_PLANNED {
            return Ok(OptOuts::default());
        }
        self.deps.table.opt_outs_eventually_consistent(self.school).await
    }

    /// The queue counts in whole seconds: parcels of a send that come in the same second wait for their
    /// moments within it, so that they do not take all lanes that come free at once. They would only wait
    /// with a lane booked.
    async fn wait_for_its_moment(&self, stored: &StoredParcel) {
        let carriers = &self.deps.carriers;
        let begins = self.place_at.is_none() && !stored.progress.has_begun();
        let Some(cap) = carriers.usual_pace().filter(|_| begins) else { return };
        let messages = stored.whole_messages().map(|(_, message)| message);
        let paced = messages.filter(|message| carriers.has_the_usual_pace(message.phone));
        let parts: u32 = paced.map(|message| u32::from(message.segments.get())).sum();
        let before_ms = cap.duration_of(u64::from(parts) * u64::from(self.number.0)).as_millis();
        let within_ms = u64::try_from(before_ms % 1000).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(within_ms)).await;
    }

    /// Nothing is left to send; what nobody knows may be asked for.
    pub fn finished(&self, stored: &StoredParcel, progress: &Progress) -> Done {
        let can_be_asked = (0_u8..).zip(progress.states()).any(|(index, state)| {
            state == MessageState::Unknown
                && stored.receipts.of(index).is_none()
                && reconcile::asked_carrier(progress, index, self.deps).is_some()
        });
        match reconcile::first_question(self.message(None)).filter(|_| can_be_asked) {
            Some((question, delay)) => Done::Later(question, delay),
            None => Done::Finished,
        }
    }

    /// This parcel again, after a while.
    pub fn again(&self, delay: Duration) -> Done {
        Done::Later(self.message(None), delay)
    }

    /// This parcel again, when it has a place at the carrier.
    pub fn at_its_place(&self, place: Timestamp) -> Done {
        Done::Later(self.message(Some(place)), Pacing::until_place(place, self.now()))
    }

    fn message(&self, place: Option<Timestamp>) -> QueueMessage {
        let place_at_s = place.map(Timestamp::as_second);
        QueueMessage::Parcel { school: self.school, send: self.send, parcel: self.number, place_at_s }
    }

    /// Whether too little time is left for a block.
    pub fn is_late(&self) -> bool {
        self.now() > self.deadline.saturating_sub(LAST_BLOCK).unwrap_or(Timestamp::MIN)
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
