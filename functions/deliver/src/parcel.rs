//! One parcel: claim a block, ask the carriers, record the answers with the next claim.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use shared::{
    carrier::{Outcome, Sms},
    delivery::{CLAIM_SIZE, Claimed, MessageState, Progress, Worker},
    id::{SchoolId, SendId, WorkerId},
    queue::QueueMessage,
    sending::{MessageReference, ParcelNumber, PlannedMessage},
    store::{StoreError, StoredParcel},
};

use crate::{
    Deps, Done,
    pacing::{Pacing, Turn, WRITE},
    reconcile,
};

/// A carrier may take this long; a block is not begun with less time left than that and a margin
/// for the write that follows.
const CARRIER_TIMEOUT: Duration = Duration::from_secs(6);
const LAST_BLOCK: SignedDuration = SignedDuration::from_secs(8);
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

/// The messages that are to leave next, and how many parts they and all that is ready have.
struct NextBlock {
    messages: Vec<u8>,
    parts: u32,
    left: u32,
}

impl Parcel<'_> {
    /// Delivers as many blocks as the time and the carrier's pace allow.
    pub async fn deliver(&self) -> Result<Done, StoreError> {
        let table = &self.deps.table;
        let (stored, may_deliver) = futures_util::try_join!(
            table.parcel_as_it_was(self.school, self.send, self.number),
            table.may_deliver()
        )?;
        let Some(stored) = stored else {
            // Parcels are written before they are enqueued: this one was erased.
            tracing::warn!(send = %self.send, parcel = %self.number, "the parcel is gone");
            return Ok(Done::Finished);
        };
        if stored.owes_the_month {
            table.give_back(&stored, &stored.progress).await?;
            return Ok(self.finished(&stored, &stored.progress));
        }
        if !may_deliver {
            tracing::info!(send = %self.send, parcel = %self.number, "set aside: delivery is halted");
            return Ok(Done::Finished);
        }
        if let Some(place) = self.place_at.filter(|place| !Pacing::until_place(*place, self.now()).is_zero())
        {
            // Its place is farther away than the queue can count.
            return Ok(self.at_its_place(place));
        }
        self.wait_for_its_moment(&stored).await;
        let mut progress = stored.progress.clone();
        let is_first = self.number == ParcelNumber(0);
        let mut pacing = Pacing::new(self.deps, is_first || self.place_at.is_some());
        let worker = Worker {
            id: WorkerId::generate(self.now()),
            lease_until: self.deadline.saturating_add(LEASE_MARGIN).unwrap_or(Timestamp::MAX),
        };
        loop {
            if self.is_late() {
                self.record(worker, &stored, progress).await?;
                return Ok(self.again(Duration::ZERO));
            }
            let next = self.next_block(&stored, &progress, &pacing, worker);
            // What the last block brought is recorded late rather than the next one claimed early: of
            // messages that left, the carrier will tell; of messages that did not, nobody can.
            match pacing.turn(next.parts, next.left).await {
                Ok(Turn::At(at)) => self.wait_until(at.saturating_sub(WRITE).unwrap_or(at)).await,
                Ok(Turn::TurnedAway) => {
                    self.record(worker, &stored, progress).await?;
                    return Ok(self.at_its_place(pacing.place(next.left).await?));
                }
                Err(error) => {
                    self.record(worker, &stored, progress).await?;
                    return Err(error);
                }
            }
            let before = progress.clone();
            let claimed = progress
                .claim_next(worker, self.now(), stored.expires_at, |index| next.messages.contains(&index));
            if progress != before {
                match table.keep(&stored, &mut progress).await {
                    // Another worker wrote in between: it has the parcel now. What this one sent
                    // is recorded by nobody, so that the other one finds it unknown.
                    Err(StoreError::Conflict) => return Ok(self.again(self.until(self.deadline))),
                    result => result?,
                }
            }
            match claimed {
                Claimed::Block(block) => {
                    match pacing.wait_for_turn(next.parts, next.left).await {
                        Ok(true) => {}
                        Ok(false) => {
                            self.return_block(&stored, progress).await?;
                            return Ok(self.at_its_place(pacing.place(next.left).await?));
                        }
                        Err(error) => {
                            self.return_block(&stored, progress).await?;
                            return Err(error);
                        }
                    }
                    if self.is_late() {
                        // Whoever comes next has the time to ask the carriers.
                        self.return_block(&stored, progress).await?;
                        return Ok(self.again(Duration::ZERO));
                    }
                    pacing.leaves(next.parts);
                    let halted = self.carry(&block, &stored.parcel.messages, &mut progress).await;
                    if halted {
                        return self.halt(worker, &stored, progress).await;
                    }
                }
                Claimed::HeldUntil(instant) | Claimed::NothingBefore(instant) => {
                    return Ok(self.again(self.until(instant)));
                }
                Claimed::Finished => return Ok(self.finished(&stored, &progress)),
            }
        }
    }

    /// The queue counts in whole seconds: parcels of a send that come in the same second wait for their
    /// moments within it, so that they do not take all lanes that come free at once. They would only wait
    /// with a lane booked.
    async fn wait_for_its_moment(&self, stored: &StoredParcel) {
        let Some(cap) = self.deps.pace.filter(|_| self.place_at.is_none() && !stored.progress.has_begun())
        else {
            return;
        };
        let parts: u32 = stored.parcel.messages.iter().map(|message| self.parts(message)).sum();
        let before_ms = cap.duration_of(u64::from(parts) * u64::from(self.number.0)).as_millis();
        let within_ms = u64::try_from(before_ms % 1000).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(within_ms)).await;
    }

    /// What leaves next: as many messages as a claim takes and the lane carries at once, or one text that
    /// is longer than a block. Nothing while another worker may be alive.
    fn next_block(
        &self,
        stored: &StoredParcel,
        progress: &Progress,
        pacing: &Pacing<'_>,
        worker: Worker,
    ) -> NextBlock {
        let now = self.now();
        let mut next = NextBlock { messages: Vec::with_capacity(CLAIM_SIZE), parts: 0, left: 0 };
        let held = |claim: shared::delivery::Claim| claim.worker != worker.id && now < claim.lease_until;
        if progress.claim().is_some_and(held) {
            return next;
        }
        let mut is_full = false;
        for index in progress.ready(now) {
            let Some(message) = stored.parcel.messages.get(usize::from(index)) else { continue };
            let parts = self.parts(message);
            next.left += parts;
            is_full |= next.messages.len() == CLAIM_SIZE
                || (next.parts > 0 && next.parts + parts > pacing.parts_per_block());
            if !is_full {
                next.messages.push(index);
                next.parts += parts;
            }
        }
        next
    }

    /// How many parts of the carrier's pace a message takes: none when only the simulator gets it.
    fn parts(&self, message: &PlannedMessage) -> u32 {
        if self.deps.pace.is_some() && self.deps.carriers.has_a_pace_for(message.phone) {
            u32::from(message.segments.get())
        } else {
            0
        }
    }

    /// Asks the carriers for all messages of a block at once. Tells whether one of them takes
    /// nothing at all from us.
    async fn carry(&self, block: &[(u8, u8)], messages: &[PlannedMessage], progress: &mut Progress) -> bool {
        let calls = block.iter().filter_map(|(index, earlier_attempts)| {
            let message = messages.get(usize::from(*index))?;
            Some(self.ask(*index, *earlier_attempts, message))
        });
        let mut halted = false;
        for (index, outcome) in join_all(calls).await {
            progress.record(index, outcome, self.now());
            halted |= outcome == Outcome::Halt;
        }
        halted
    }

    async fn ask(&self, index: u8, earlier_attempts: u8, message: &PlannedMessage) -> (u8, Outcome) {
        let sms = Sms {
            reference: MessageReference { send: self.send, parcel: self.number, index },
            to: message.phone,
            text: &message.text,
            earlier_attempts,
        };
        let carrier = self.deps.carriers.for_number(message.phone);
        let outcome = tokio::time::timeout(CARRIER_TIMEOUT, carrier.send(&sms)).await;
        (index, outcome.unwrap_or(Outcome::Unknown))
    }

    /// Records the last block's answers and leaves the rest to another run. The claim of another
    /// worker, who may be alive, is left alone.
    async fn record(
        &self,
        worker: Worker,
        stored: &StoredParcel,
        mut progress: Progress,
    ) -> Result<(), StoreError> {
        if progress.claim().is_some_and(|claim| claim.worker == worker.id) {
            progress.release();
            self.deps.table.keep(stored, &mut progress).await?;
        }
        Ok(())
    }

    /// Gives a claimed block back that no carrier was asked for.
    async fn return_block(&self, stored: &StoredParcel, mut progress: Progress) -> Result<(), StoreError> {
        progress.return_block();
        self.deps.table.keep(stored, &mut progress).await
    }

    /// Records what the block brought, then halts delivery. The parcel is set aside: the schedule brings it
    /// back when the operator says so.
    async fn halt(
        &self,
        worker: Worker,
        stored: &StoredParcel,
        progress: Progress,
    ) -> Result<Done, StoreError> {
        self.record(worker, stored, progress).await?;
        if self.deps.table.halt_delivery(self.now()).await? {
            tracing::error!(alarm = "delivery_halted", "a carrier takes nothing: look after the account");
        }
        Ok(Done::Finished)
    }

    /// Nothing is left to send; what nobody knows may be asked for.
    fn finished(&self, stored: &StoredParcel, progress: &Progress) -> Done {
        let unknown: Vec<_> = (stored.parcel.messages.iter().zip(progress.states()))
            .filter_map(|(message, state)| (state == MessageState::Unknown).then_some(message))
            .collect();
        match reconcile::first_question(self.message(None), &unknown, self.deps) {
            Some((question, delay)) => Done::Later(question, delay),
            None => Done::Finished,
        }
    }

    /// This parcel again, after a while.
    fn again(&self, delay: Duration) -> Done {
        Done::Later(self.message(None), delay)
    }

    /// This parcel again, when it has a place at the carrier.
    fn at_its_place(&self, place: Timestamp) -> Done {
        Done::Later(self.message(Some(place)), Pacing::until_place(place, self.now()))
    }

    fn message(&self, place: Option<Timestamp>) -> QueueMessage {
        let place_at_s = place.map(Timestamp::as_second);
        QueueMessage::Parcel { school: self.school, send: self.send, parcel: self.number, place_at_s }
    }

    /// Whether too little time is left for a block.
    fn is_late(&self) -> bool {
        self.now() > self.deadline.saturating_sub(LAST_BLOCK).unwrap_or(Timestamp::MIN)
    }

    fn now(&self) -> Timestamp {
        self.deps.clock.now()
    }

    fn until(&self, instant: Timestamp) -> Duration {
        Duration::try_from(instant.duration_since(self.now())).unwrap_or(Duration::ZERO)
    }

    async fn wait_until(&self, instant: Timestamp) {
        let wait = self.until(instant);
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
    }
}
