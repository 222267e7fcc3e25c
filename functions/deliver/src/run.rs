//! A run over one parcel: claim a block, let it leave, record the answers with the next claim.

use std::time::Duration;

use domain::delivery::{CarrierConditions, CarrierName, Claimed, Progress, Worker};
use store::{StoreError, StoredParcel};
use telemetry::Counts;
use workflows::settle;

use crate::{
    block::{Block, Next, Pacings, next_due},
    job::DeliveryJob,
    outcome::JobOutcome,
    pacing::{Turn, WRITE},
};

/// A parcel at work.
pub(crate) struct Run<'p> {
    pub job: &'p DeliveryJob<'p>,
    pub stored: &'p StoredParcel,
    pub progress: Progress,
    /// As the table has it.
    pub written: Progress,
    pub conditions: CarrierConditions,
    pub pacings: Pacings<'p>,
    pub worker: Worker,
    /// Whether the table knows the parcel's tag.
    pub is_tagged: bool,
    /// What this run's writes settled.
    pub counts: &'p mut Counts,
}

/// Whether a block that is claimed leaves.
enum Dispatch {
    Now,
    /// Its carrier has no place for it after all.
    NoCapacity,
    /// Too little time is left.
    OutOfTime,
}

impl Run<'_> {
    pub async fn run(mut self) -> Result<JobOutcome, StoreError> {
        let job = self.job;
        loop {
            if job.is_late() {
                self.record().await?;
                return Ok(job.again(Duration::ZERO));
            }
            let next = Next::of(
                self.stored,
                &self.progress,
                &self.conditions,
                &mut self.pacings,
                self.worker,
                job.now(),
            );
            let block = match next {
                Next::Block(block) => Some(block),
                Next::Nothing => None,
                Next::NoCapacity(carrier, parts) => return self.without_capacity(carrier, parts).await,
                Next::Halted => return self.halted().await,
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
                job.now(),
                self.stored.expires_at,
                |index| block.as_ref().is_some_and(|block| block.messages.contains(&index)),
            );
            match self.settle().await {
                // Another worker wrote in between: it has the parcel now. What this one sent
                // is recorded by nobody, so that the other one finds it unknown.
                Err(StoreError::Conflict) => return Ok(job.again(job.until(job.deadline))),
                result => result?,
            }
            match (claimed, block) {
                (Claimed::Block(claimed), Some(block)) => match self.await_slot(&block, &before).await? {
                    Dispatch::Now => {
                        let health = self.carry(&claimed, &block).await;
                        self.update_carrier_health(&block, health).await?;
                    }
                    Dispatch::NoCapacity => {}
                    Dispatch::OutOfTime => return Ok(job.again(Duration::ZERO)),
                },
                (Claimed::HeldUntil(instant) | Claimed::NothingBefore(instant), _) => {
                    return Ok(job.again(job.until(instant)));
                }
                (Claimed::Finished | Claimed::Block(_), _) => {
                    return Ok(job.finished(self.stored, &self.progress));
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
                self.job.wait_until(at.saturating_sub(WRITE).unwrap_or(at)).await;
                Ok(true)
            }
            Ok(Turn::NoCapacity) => {
                self.pacings.mark_full(block.carrier);
                Ok(false)
            }
            Err(error) => {
                self.record().await?;
                Err(error)
            }
        }
    }

    /// Waits for the turn of a block that is claimed. If it has none, or no time is left, its claim is released.
    async fn await_slot(&mut self, block: &Block, before: &Progress) -> Result<Dispatch, StoreError> {
        if let Err(error) = self.keep_tag(block.carrier).await {
            self.return_block(before).await?;
            return Err(error);
        }
        let pacing = self.pacings.at(block.carrier);
        match pacing.wait_for_turn(block.parts, block.left).await {
            // Whoever comes next has the time to ask the carriers.
            Ok(true) if self.job.is_late() => {
                self.return_block(before).await?;
                Ok(Dispatch::OutOfTime)
            }
            Ok(true) => {
                pacing.leaves(block.parts);
                Ok(Dispatch::Now)
            }
            Ok(false) => {
                self.return_block(before).await?;
                self.pacings.mark_full(block.carrier);
                Ok(Dispatch::NoCapacity)
            }
            Err(error) => {
                self.return_block(before).await?;
                Err(error)
            }
        }
    }

    /// Nothing is left but what waits for a place at a carrier.
    async fn without_capacity(mut self, carrier: CarrierName, parts: u32) -> Result<JobOutcome, StoreError> {
        self.record().await?;
        let place = self.pacings.at(carrier).place(parts).await?;
        Ok(self.job.at_its_place(place))
    }

    /// Nothing is left that a carrier would take: the schedule brings the parcel back when the operator says
    /// so. What was put off by others comes back in its time.
    async fn halted(mut self) -> Result<JobOutcome, StoreError> {
        self.record().await?;
        tracing::info!("set aside: delivery is halted");
        let due = next_due(self.stored, &self.progress, &self.conditions, self.job.deps);
        Ok(due.map_or(JobOutcome::Finished, |due| self.job.again(self.job.until(due))))
    }

    /// Writes the progress if it is not as the table has it.
    async fn settle(&mut self) -> Result<(), StoreError> {
        if self.progress != self.written {
            let table = &self.job.deps.table;
            settle(table, self.stored, &self.written, &mut self.progress, self.counts).await?;
            self.written = self.progress.clone();
        }
        Ok(())
    }

    /// Records the last block's answers and leaves the rest to whoever claims next. The claim of another
    /// worker, who may be alive, is left alone.
    pub async fn record(&mut self) -> Result<(), StoreError> {
        if self.progress.claim().is_some_and(|claim| claim.worker == self.worker.id) {
            self.progress.release_claim();
        }
        self.settle().await
    }

    /// Releases a claimed block that no carrier was asked for.
    async fn return_block(&mut self, before: &Progress) -> Result<(), StoreError> {
        self.progress.return_block(before);
        self.settle().await
    }
}
