//! One parcel: claim a block, ask its carrier, record the answers with the next claim.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use shared::{
    carrier::{CarrierName, Correlation, Outcome, Sms},
    delivery::{
        CarrierCondition, CarrierConditions, Claimed, DeliveryState, FailureReason, MessageState, Progress,
        Share, Worker,
    },
    directory::{OptOutOrigin, Stop},
    id::{SchoolId, SendId, WorkerId},
    phone::PhoneNumber,
    queue::QueueMessage,
    sending::{MessageReference, ParcelNumber},
    store::{StoreError, StoredParcel},
};

use crate::{
    Deps, Done,
    block::{Block, Next, Pacings},
    pacing::{Pacing, Turn, WRITE},
    reconcile,
};

/// A block is not begun with less time left than a carrier may take and a margin for the write that
/// follows.
const LAST_BLOCK: SignedDuration = SignedDuration::from_secs(8);
/// How long after its deadline a worker's claim still counts: clocks differ a little.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(1);
/// A carrier that takes longer than this for a block is slow: others get more.
const SLOW: SignedDuration = SignedDuration::from_secs(3);

/// A parcel to deliver, and until when.
pub(crate) struct Parcel<'d> {
    pub school: SchoolId,
    pub send: SendId,
    pub number: ParcelNumber,
    pub place_at: Option<Timestamp>,
    pub deadline: Timestamp,
    pub deps: &'d Deps,
}

/// A parcel at work.
struct Run<'p> {
    parcel: &'p Parcel<'p>,
    stored: &'p StoredParcel,
    progress: Progress,
    conditions: CarrierConditions,
    pacings: Pacings<'p>,
    worker: Worker,
    /// Whether the table knows the parcel's tag.
    is_tagged: bool,
}

/// What a block says of its carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    Well,
    /// Most of the block failed, or it took long.
    Failing,
    /// The carrier takes nothing.
    Halted,
}

impl Parcel<'_> {
    /// Delivers as many blocks as the time and the carriers' pace allow.
    pub async fn deliver(&self) -> Result<Done, StoreError> {
        let table = &self.deps.table;
        let (stored, conditions) = futures_util::try_join!(
            table.parcel_as_it_was(self.school, self.send, self.number),
            table.carrier_conditions_as_they_were()
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
        if let Some(place) = self.place_at.filter(|place| !Pacing::until_place(*place, self.now()).is_zero())
        {
            // Its place is farther away than the queue can count.
            return Ok(self.at_its_place(place));
        }
        self.wait_for_its_moment(&stored).await;
        let is_first = self.number == ParcelNumber(0);
        let run = Run {
            parcel: self,
            stored: &stored,
            progress: stored.progress.clone(),
            conditions,
            pacings: Pacings::new(self.deps, is_first || self.place_at.is_some()),
            worker: Worker {
                id: WorkerId::generate(self.now()),
                lease_until: self.deadline.saturating_add(LEASE_MARGIN).unwrap_or(Timestamp::MAX),
            },
            is_tagged: false,
        };
        run.carried_through().await
    }

    /// The queue counts in whole seconds: parcels of a send that come in the same second wait for their
    /// moments within it, so that they do not take all lanes that come free at once. They would only wait
    /// with a lane booked.
    async fn wait_for_its_moment(&self, stored: &StoredParcel) {
        let carriers = &self.deps.carriers;
        let begins = self.place_at.is_none() && !stored.progress.has_begun();
        let Some(cap) = carriers.usual_pace().filter(|_| begins) else { return };
        let paced =
            stored.parcel.messages.iter().filter(|message| carriers.has_the_usual_pace(message.phone));
        let parts: u32 = paced.map(|message| u32::from(message.segments.get())).sum();
        let before_ms = cap.duration_of(u64::from(parts) * u64::from(self.number.0)).as_millis();
        let within_ms = u64::try_from(before_ms % 1000).unwrap_or(0);
        tokio::time::sleep(Duration::from_millis(within_ms)).await;
    }

    /// Nothing is left to send; what nobody knows may be asked for.
    fn finished(&self, stored: &StoredParcel, progress: &Progress) -> Done {
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

impl Run<'_> {
    async fn carried_through(mut self) -> Result<Done, StoreError> {
        let parcel = self.parcel;
        loop {
            if parcel.is_late() {
                self.record().await?;
                return Ok(parcel.again(Duration::ZERO));
            }
            let next = Next::of(
                self.stored,
                &self.progress,
                &self.conditions,
                &mut self.pacings,
                self.worker,
                parcel.now(),
            );
            let block = match next {
                Next::Block(block) => Some(block),
                Next::Nothing => None,
                Next::SetAside => {
                    self.record().await?;
                    tracing::info!(send = %parcel.send, parcel = %parcel.number, "set aside: delivery is halted");
                    return Ok(Done::Finished);
                }
            };
            if let Some(block) = &block
                && let Some(done) = self.before_the_claim(block).await?
            {
                return Ok(done);
            }
            let before = self.progress.clone();
            let claimed = self.progress.claim_next(
                self.worker,
                block.as_ref().map(|block| block.carrier),
                parcel.now(),
                self.stored.expires_at,
                |index| block.as_ref().is_some_and(|block| block.messages.contains(&index)),
            );
            if self.progress != before {
                match parcel.deps.table.keep(self.stored, &mut self.progress).await {
                    // Another worker wrote in between: it has the parcel now. What this one sent
                    // is recorded by nobody, so that the other one finds it unknown.
                    Err(StoreError::Conflict) => return Ok(parcel.again(parcel.until(parcel.deadline))),
                    result => result?,
                }
            }
            match (claimed, block) {
                (Claimed::Block(claimed), Some(block)) => {
                    if let Some(done) = self.before_it_leaves(&block).await? {
                        return Ok(done);
                    }
                    let condition = self.carry(&claimed, &block).await;
                    self.heed(block.carrier, condition).await?;
                }
                (Claimed::HeldUntil(instant) | Claimed::NothingBefore(instant), _) => {
                    return Ok(parcel.again(parcel.until(instant)));
                }
                (Claimed::Finished | Claimed::Block(_), _) => {
                    return Ok(parcel.finished(self.stored, &self.progress));
                }
            }
        }
    }

    /// Waits until a block's turn is near. What the last block brought is recorded late rather than the next
    /// one claimed early: of messages that left, the carrier will tell; of messages that did not, nobody can.
    async fn before_the_claim(&mut self, block: &Block) -> Result<Option<Done>, StoreError> {
        match self.pacings.at(block.carrier).turn(block.parts, block.left).await {
            Ok(Turn::At(at)) => {
                self.parcel.wait_until(at.saturating_sub(WRITE).unwrap_or(at)).await;
                Ok(None)
            }
            Ok(Turn::TurnedAway) => {
                self.record().await?;
                let place = self.pacings.at(block.carrier).place(block.left).await?;
                Ok(Some(self.parcel.at_its_place(place)))
            }
            Err(error) => {
                self.record().await?;
                Err(error)
            }
        }
    }

    /// Waits for the turn of a block that is claimed. If it has none, or no time is left, it is given back.
    async fn before_it_leaves(&mut self, block: &Block) -> Result<Option<Done>, StoreError> {
        let parcel = self.parcel;
        if let Err(error) = self.keep_tag(block.carrier).await {
            self.return_block().await?;
            return Err(error);
        }
        let pacing = self.pacings.at(block.carrier);
        match pacing.wait_for_turn(block.parts, block.left).await {
            Ok(true) if parcel.is_late() => {
                // Whoever comes next has the time to ask the carriers.
                self.return_block().await?;
                Ok(Some(parcel.again(Duration::ZERO)))
            }
            Ok(true) => {
                pacing.leaves(block.parts);
                Ok(None)
            }
            Ok(false) => {
                self.return_block().await?;
                let place = self.pacings.at(block.carrier).place(block.left).await?;
                Ok(Some(parcel.at_its_place(place)))
            }
            Err(error) => {
                self.return_block().await?;
                Err(error)
            }
        }
    }

    /// A carrier that names a parcel by its tag: which one it is must be known before it is told.
    async fn keep_tag(&mut self, carrier: CarrierName) -> Result<(), StoreError> {
        let Parcel { school, send, number, deps, .. } = *self.parcel;
        let uses_tags = deps.carriers.get(carrier).is_some_and(|carrier| carrier.uses_tags());
        if uses_tags && !self.is_tagged {
            deps.table.keep_tag(school, send, number, self.stored.expires_at).await?;
            self.is_tagged = true;
        }
        Ok(())
    }

    /// Hands a block to its carrier and notes the answers.
    async fn carry(&mut self, claimed: &[(u8, u8)], block: &Block) -> Condition {
        let Parcel { school, send, number, deps, .. } = *self.parcel;
        let Some(carrier) = deps.carriers.get(block.carrier) else { return Condition::Halted };
        let began = self.parcel.now();
        let valid_for_s = self.stored.expires_at.duration_since(began).as_secs().max(0);
        let texts: Vec<(u8, Sms<'_>)> = claimed
            .iter()
            .filter_map(|(index, earlier_attempts)| {
                let message = self.stored.parcel.messages.get(usize::from(*index))?;
                let sms = Sms {
                    school,
                    reference: MessageReference { send, parcel: number, index: *index },
                    to: message.phone,
                    text: &message.text,
                    earlier_attempts: *earlier_attempts,
                    valid_for_s: u32::try_from(valid_for_s).unwrap_or(u32::MAX),
                };
                Some((*index, sms))
            })
            .collect();
        let (indexes, block_texts): (Vec<u8>, Vec<Sms<'_>>) = texts.into_iter().unzip();
        let handovers = carrier.send_block(&block_texts).await;
        let now = self.parcel.now();
        let (mut failures, mut halted, mut ids, mut stopped) = (0, false, Vec::new(), Vec::new());
        for ((index, sms), handover) in indexes.iter().zip(&block_texts).zip(handovers) {
            let alternatives = deps.carriers.alternatives(sms.to, &self.conditions);
            self.progress.record(*index, handover.outcome, alternatives, now);
            halted |= handover.outcome == Outcome::Halt;
            failures += usize::from(matches!(handover.outcome, Outcome::TryLater | Outcome::Unknown));
            if handover.outcome == Outcome::Refused(FailureReason::OptedOut) {
                stopped.push(sms.to);
            }
            ids.extend(handover.carrier_id.map(|id| (id, sms.correlation())));
        }
        if let Err(error) = self.keep_what_was_told(block.carrier, &ids, &stopped, now).await {
            // The texts left all the same. What their carrier tells of them later may find nobody, and who
            // wants no more SMS is refused by the carrier once more.
            tracing::warn!(%send, parcel = %number, %error, "what a carrier told was not kept");
        }
        if halted {
            Condition::Halted
        } else if 2 * failures >= indexes.len().max(1) || now.duration_since(began) > SLOW {
            Condition::Failing
        } else {
            Condition::Well
        }
    }

    /// Keeps the carrier's own names for messages where its receipts carry no other, and closes the numbers
    /// whose owners told the carrier to stop.
    async fn keep_what_was_told(
        &self,
        carrier: CarrierName,
        ids: &[(String, Correlation)],
        stopped: &[PhoneNumber],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let Parcel { school, deps, .. } = *self.parcel;
        deps.table.keep_carrier_ids(carrier, ids, now).await?;
        for phone in stopped {
            let stop = Stop { origin: OptOutOrigin::Carrier(carrier), at: now, reply: None };
            deps.table.stop(school, *phone, stop).await?;
        }
        Ok(())
    }

    /// Lets other carriers have more, or all, after a block that failed. Its answers are recorded first.
    async fn heed(&mut self, carrier: CarrierName, condition: Condition) -> Result<(), StoreError> {
        let (table, now) = (&self.parcel.deps.table, self.parcel.now());
        let known = self.conditions.of(carrier);
        let changed = match condition {
            Condition::Well => return Ok(()),
            Condition::Failing => {
                let first = self.stored.parcel.messages.first().map(|message| message.phone);
                let carriers = &self.parcel.deps.carriers;
                // Where there is nobody else, nothing can go elsewhere.
                if first.is_none_or(|phone| carriers.alternatives(phone, &self.conditions) < 2) {
                    return Ok(());
                }
                let Some(share) = Share::after_failure(known.share, now) else { return Ok(()) };
                self.record().await?;
                table.carrier_failed(carrier, now).await?;
                CarrierCondition { share: Some(share), ..known }
            }
            Condition::Halted => {
                self.record().await?;
                if table.halt_carrier(carrier, now).await? {
                    tracing::error!(
                        alarm = "delivery_halted",
                        %carrier,
                        "a carrier takes nothing: look after the account"
                    );
                }
                CarrierCondition { state: DeliveryState::Halted(now), ..known }
            }
        };
        self.conditions.insert(carrier, changed);
        Ok(())
    }

    /// Records the last block's answers and leaves the rest to whoever claims next. The claim of another
    /// worker, who may be alive, is left alone.
    async fn record(&mut self) -> Result<(), StoreError> {
        if self.progress.claim().is_some_and(|claim| claim.worker == self.worker.id) {
            self.progress.release();
            self.parcel.deps.table.keep(self.stored, &mut self.progress).await?;
        }
        Ok(())
    }

    /// Gives a claimed block back that no carrier was asked for.
    async fn return_block(&mut self) -> Result<(), StoreError> {
        self.progress.return_block();
        self.parcel.deps.table.keep(self.stored, &mut self.progress).await
    }
}
