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
    block::{Block, Next, Pacings, next_due},
    pacing::{Pacing, Turn, WRITE},
    reconcile,
};

/// A block is not begun with less time left than a carrier may take and a margin for the write that
/// follows.
const LAST_BLOCK: SignedDuration = SignedDuration::from_secs(8);
/// How long after its deadline a worker's claim still counts: clocks differ a little.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(1);
/// What is noted beside the answers of a block must not outlive the time that is left for recording them.
const BOOKKEEPING: Duration = Duration::from_secs(1);
/// A parcel that several carriers may take looks again after so long whether one of them has a place.
const LOOKS_AGAIN: SignedDuration = SignedDuration::from_secs(60);
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
    /// As the table has it.
    written: Progress,
    conditions: CarrierConditions,
    pacings: Pacings<'p>,
    worker: Worker,
    /// Whether the table knows the parcel's tag.
    is_tagged: bool,
}

/// Whether a block that is claimed leaves.
enum Leaves {
    Now,
    /// Its carrier has no place for it after all.
    NotYet,
    /// Too little time is left.
    WithSomebodyElse,
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
        let (stored, conditions, opt_outs) = futures_util::try_join!(
            table.parcel_as_it_was(self.school, self.send, self.number),
            table.carrier_conditions_as_they_were(),
            table.opt_outs_as_they_were(self.school)
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
        let mut progress = stored.progress.clone();
        if !progress.is_claimed(self.now()) {
            // Somebody may have told us to stop since the texts were planned, or since a carrier put them off.
            for (index, message) in (0_u8..).zip(&stored.parcel.messages) {
                if opt_outs.of(message.phone).is_some() {
                    progress.stop(index);
                }
            }
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
        let place = if self.deps.carriers.are_several() {
            place.min(self.now().saturating_add(LOOKS_AGAIN).unwrap_or(place))
        } else {
            place
        };
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
                Next::TurnedAway(carrier) => return self.turned_away(carrier).await,
                Next::SetAside => return self.set_aside().await,
            };
            if let Some(block) = &block
                && !self.has_a_turn(block).await?
            {
                continue;
            }
            let before = self.progress.clone();
            let claimed = self.progress.claim_next(
                self.worker,
                block.as_ref().map(|block| block.carrier),
                parcel.now(),
                self.stored.expires_at,
                |index| block.as_ref().is_some_and(|block| block.messages.contains(&index)),
            );
            match self.keep().await {
                // Another worker wrote in between: it has the parcel now. What this one sent
                // is recorded by nobody, so that the other one finds it unknown.
                Err(StoreError::Conflict) => return Ok(parcel.again(parcel.until(parcel.deadline))),
                result => result?,
            }
            match (claimed, block) {
                (Claimed::Block(claimed), Some(block)) => match self.before_it_leaves(&block, &before).await?
                {
                    Leaves::Now => {
                        let condition = self.carry(&claimed, &block).await;
                        self.heed(&block, condition).await?;
                    }
                    Leaves::NotYet => {}
                    Leaves::WithSomebodyElse => return Ok(parcel.again(Duration::ZERO)),
                },
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
    /// Tells whether the block has a turn soon.
    async fn has_a_turn(&mut self, block: &Block) -> Result<bool, StoreError> {
        match self.pacings.at(block.carrier).turn(block.parts, block.left).await {
            Ok(Turn::At(at)) => {
                self.parcel.wait_until(at.saturating_sub(WRITE).unwrap_or(at)).await;
                Ok(true)
            }
            Ok(Turn::TurnedAway) => {
                self.pacings.turned_away(block.carrier);
                Ok(false)
            }
            Err(error) => {
                self.record().await?;
                Err(error)
            }
        }
    }

    /// Waits for the turn of a block that is claimed. If it has none, or no time is left, it is given back.
    async fn before_it_leaves(&mut self, block: &Block, before: &Progress) -> Result<Leaves, StoreError> {
        if let Err(error) = self.keep_tag(block.carrier).await {
            self.return_block(before).await?;
            return Err(error);
        }
        let pacing = self.pacings.at(block.carrier);
        match pacing.wait_for_turn(block.parts, block.left).await {
            // Whoever comes next has the time to ask the carriers.
            Ok(true) if self.parcel.is_late() => {
                self.return_block(before).await?;
                Ok(Leaves::WithSomebodyElse)
            }
            Ok(true) => {
                pacing.leaves(block.parts);
                Ok(Leaves::Now)
            }
            Ok(false) => {
                self.return_block(before).await?;
                self.pacings.turned_away(block.carrier);
                Ok(Leaves::NotYet)
            }
            Err(error) => {
                self.return_block(before).await?;
                Err(error)
            }
        }
    }

    /// Nothing is left but what waits for a place at a carrier.
    async fn turned_away(mut self, carrier: CarrierName) -> Result<Done, StoreError> {
        self.record().await?;
        let pacing = self.pacings.at(carrier);
        let left = self.stored.parcel.messages.iter().zip(self.progress.states());
        let left = left.filter(|(_, state)| state.is_open()).map(|(message, _)| pacing.parts(message)).sum();
        let place = pacing.place(left).await?;
        Ok(self.parcel.at_its_place(place))
    }

    /// Nothing is left that a carrier would take: the schedule brings the parcel back when the operator says
    /// so. What was put off by others comes back in its time.
    async fn set_aside(mut self) -> Result<Done, StoreError> {
        self.record().await?;
        let Parcel { send, number, deps, .. } = *self.parcel;
        tracing::info!(%send, parcel = %number, "set aside: delivery is halted");
        let due = next_due(self.stored, &self.progress, &self.conditions, deps);
        Ok(due.map_or(Done::Finished, |due| self.parcel.again(self.parcel.until(due))))
    }

    /// Writes the progress if it is not as the table has it.
    async fn keep(&mut self) -> Result<(), StoreError> {
        if self.progress != self.written {
            self.parcel.deps.table.keep(self.stored, &mut self.progress).await?;
            self.written = self.progress.clone();
        }
        Ok(())
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
        let (mut failures, mut refusals, mut halted) = (0, 0, false);
        let (mut ids, mut stopped) = (Vec::new(), Vec::new());
        for ((index, sms), handover) in indexes.iter().zip(&block_texts).zip(handovers) {
            let alternatives = deps.carriers.alternatives(sms.to, &self.conditions);
            self.progress.record(*index, handover.outcome, alternatives, now);
            halted |= handover.outcome == Outcome::Halt;
            failures += usize::from(matches!(handover.outcome, Outcome::TryLater | Outcome::Unknown));
            refusals += usize::from(handover.outcome == Outcome::Refused(FailureReason::Refused));
            if handover.outcome == Outcome::Refused(FailureReason::OptedOut) {
                stopped.push(sms.to);
            }
            ids.extend(handover.carrier_id.map(|id| (id, sms.correlation())));
        }
        self.keep_what_was_told(block.carrier, &ids, &stopped, now).await;
        // Refusals for no reason of the number or the text, one after the other, are the account's.
        let all_refused = refusals > 1 && refusals == indexes.len();
        if all_refused {
            tracing::error!(alarm = "all_refused", carrier = %block.carrier, "a carrier refuses every text");
        }
        if halted {
            Condition::Halted
        } else if all_refused || 2 * failures >= indexes.len().max(1) || now.duration_since(began) > SLOW {
            Condition::Failing
        } else {
            Condition::Well
        }
    }

    /// Keeps the carrier's own names for messages where its receipts carry no other, and closes the numbers
    /// whose owners told the carrier to stop. The texts left all the same, and their record must not wait: what
    /// fails here leaves a receipt that finds nobody, or a number that the carrier refuses once more.
    async fn keep_what_was_told(
        &self,
        carrier: CarrierName,
        ids: &[(String, Correlation)],
        stopped: &[PhoneNumber],
        now: Timestamp,
    ) {
        if ids.is_empty() && stopped.is_empty() {
            return;
        }
        let Parcel { school, send, number, deps, .. } = *self.parcel;
        let stops = stopped.iter().map(|phone| {
            let stop = Stop { origin: OptOutOrigin::Carrier(carrier), at: now, reply: None };
            deps.table.stop(school, *phone, stop)
        });
        let all = futures_util::future::join(
            deps.table.keep_carrier_ids(carrier, ids, now),
            futures_util::future::try_join_all(stops),
        );
        let is_kept = match tokio::time::timeout(BOOKKEEPING, all).await {
            Ok((ids, stops)) => ids.is_ok() && stops.is_ok(),
            Err(_) => false,
        };
        if !is_kept {
            tracing::warn!(%send, parcel = %number, %carrier, "what a carrier told was not kept");
        }
    }

    /// Lets other carriers have more, or all, after a block that failed. Its answers are recorded first.
    async fn heed(&mut self, block: &Block, condition: Condition) -> Result<(), StoreError> {
        let carrier = block.carrier;
        let (table, now) = (&self.parcel.deps.table, self.parcel.now());
        let known = self.conditions.of(carrier);
        let changed = match condition {
            Condition::Well => return Ok(()),
            Condition::Failing => {
                let first = block.messages.first().and_then(|index| {
                    self.stored.parcel.messages.get(usize::from(*index)).map(|message| message.phone)
                });
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
        }
        self.keep().await
    }

    /// Gives a claimed block back that no carrier was asked for.
    async fn return_block(&mut self, before: &Progress) -> Result<(), StoreError> {
        self.progress.return_block(before);
        self.keep().await
    }
}
