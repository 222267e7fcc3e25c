//! One parcel: claim a block, ask the carriers, record the answers with the next claim.

use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use shared::{
    carrier::{Outcome, Sms},
    delivery::{Claimed, MessageState, Progress, Worker},
    id::{SchoolId, SendId, WorkerId},
    sending::{MessageReference, ParcelNumber, PlannedMessage, Totals},
    store::{StoreError, StoredParcel},
};

use crate::Deps;

/// A carrier may take this long; a block is not begun with less time left than that and a margin
/// for the write that follows.
const CARRIER_TIMEOUT: Duration = Duration::from_secs(6);
const LAST_BLOCK: SignedDuration = SignedDuration::from_secs(8);
/// How long a parcel rests when the carrier takes nothing from us.
const HALT: Duration = Duration::from_secs(300);
/// How long after its deadline a worker's claim still counts: clocks differ a little.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(1);

/// A parcel to deliver, and until when.
pub(crate) struct Parcel<'d> {
    pub school: SchoolId,
    pub send: SendId,
    pub number: ParcelNumber,
    pub deadline: Timestamp,
    pub deps: &'d Deps,
}

/// How far a run has brought a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// Nothing is left to do, or another worker does it.
    Finished,
    /// Something is left to do after a while.
    Later(Duration),
}

impl Parcel<'_> {
    /// Delivers as many blocks as the time allows.
    pub async fn deliver(&self) -> Result<Done, StoreError> {
        let table = &self.deps.table;
        let Some(stored) = table.parcel(self.school, self.send, self.number).await? else {
            // Parcels are written before they are enqueued: this one was erased.
            tracing::warn!(send = %self.send, parcel = %self.number, "the parcel is gone");
            return Ok(Done::Finished);
        };
        if stored.owes_the_month {
            self.give_back(&stored, &stored.progress).await?;
            return Ok(Done::Finished);
        }
        let mut progress = stored.progress.clone();
        let worker = Worker {
            id: WorkerId::generate(self.now()),
            lease_until: self.deadline.saturating_add(LEASE_MARGIN).unwrap_or(Timestamp::MAX),
        };
        loop {
            if self.is_late() {
                return self.stop_early(worker, &stored, progress).await;
            }
            let before = progress.clone();
            let claimed = progress.claim_next(worker, self.now(), stored.expires_at);
            if progress != before {
                match self.keep(&stored, &mut progress).await {
                    // Another worker wrote in between: it has the parcel now. What this one sent
                    // is recorded by nobody, so that the other one finds it unknown.
                    Err(StoreError::Conflict) => return Ok(Done::Later(self.remaining())),
                    result => result?,
                }
            }
            match claimed {
                Claimed::Block(_) if self.is_late() => {
                    // The write took long: whoever comes next has the time to ask the carriers.
                    progress.return_block();
                    self.keep(&stored, &mut progress).await?;
                    return Ok(Done::Later(Duration::ZERO));
                }
                Claimed::Block(block) => {
                    let halted = self.carry(&block, &stored.parcel.messages, &mut progress).await;
                    if halted {
                        tracing::error!(send = %self.send, "the carrier takes nothing: look after the account");
                        self.stop_early(worker, &stored, progress).await?;
                        return Ok(Done::Later(HALT));
                    }
                }
                Claimed::HeldUntil(instant) | Claimed::NothingBefore(instant) => {
                    return Ok(Done::Later(self.until(instant)));
                }
                Claimed::Finished => return Ok(Done::Finished),
            }
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

    /// Records the last block's answers and leaves the rest to the next run. The claim of another
    /// worker, who may be alive, is left alone.
    async fn stop_early(
        &self,
        worker: Worker,
        stored: &StoredParcel,
        mut progress: Progress,
    ) -> Result<Done, StoreError> {
        if progress.claim().is_some_and(|claim| claim.worker == worker.id) {
            progress.release();
            self.keep(stored, &mut progress).await?;
        }
        Ok(Done::Later(Duration::ZERO))
    }

    /// Writes progress. When it settles the last message, what was reserved for texts that never left
    /// goes back to the month: settled progress is not written again.
    async fn keep(&self, stored: &StoredParcel, progress: &mut Progress) -> Result<(), StoreError> {
        let (table, never_sent) = (&self.deps.table, never_sent(&stored.parcel.messages, progress));
        if never_sent.messages == 0 {
            return table.put_progress(self.school, self.send, self.number, progress).await;
        }
        table.put_progress_that_owes(self.school, self.send, self.number, progress).await?;
        self.give_back(stored, progress).await
    }

    /// Gives back what settled progress owes. A failure brings the queue message again, and with it
    /// the next try.
    async fn give_back(&self, stored: &StoredParcel, progress: &Progress) -> Result<(), StoreError> {
        let never_sent = never_sent(&stored.parcel.messages, progress);
        match self.deps.table.give_back(self.school, self.send, self.number, stored.month, never_sent).await {
            Err(StoreError::Conflict) => Ok(()),
            result => result,
        }
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

    fn remaining(&self) -> Duration {
        self.until(self.deadline)
    }
}

/// What was reserved for messages that no carrier took, once nothing is left to do.
fn never_sent(messages: &[PlannedMessage], progress: &Progress) -> Totals {
    if progress.states().any(MessageState::is_open) {
        return Totals::default();
    }
    let unsent = messages.iter().zip(progress.states()).filter(|(_, state)| state.was_never_sent());
    Totals::of(unsent.map(|(message, _)| message))
}
