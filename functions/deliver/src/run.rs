//! A run over one parcel: claim a block, hand it over, record the outcomes with the next claim.

use std::time::Duration;

use domain::{
    clock::earlier,
    delivery::{CarrierName, CarrierStatuses, Claimed, Progress, Worker},
};
use store::{StoreError, StoredParcel};
use telemetry::Counts;
use workflows::settle;

use crate::{
    block::{Block, Next, Pacings, next_due},
    job::DeliveryJob,
    outcome::JobOutcome,
    pacing::{Turn, WRITE},
};

/// A parcel in progress.
pub(crate) struct Run<'p> {
    pub job: &'p DeliveryJob<'p>,
    pub stored: &'p StoredParcel,
    pub progress: Progress,
    /// As stored in the table.
    pub written: Progress,
    pub conditions: CarrierStatuses,
    pub pacings: Pacings<'p>,
    pub worker: Worker,
    /// Whether the table has the parcel's tag.
    pub is_tagged: bool,
    /// The messages settled by this run.
    pub counts: &'p mut Counts,
}

/// Whether a claimed block leaves.
enum Dispatch {
    Now,
    /// Its carrier has no capacity after all.
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
                // Another worker wrote in between and holds the parcel. The outcomes of this run stay
                // unrecorded, so that the other worker finds its messages unknown.
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

    /// Waits until a block's turn is near. The last block's outcomes are recorded late rather than the next
    /// block claimed early: the carrier can report messages that left, and nothing can report messages that
    /// did not. Returns whether the block has a turn soon.
    async fn has_a_turn(&mut self, block: &Block) -> Result<bool, StoreError> {
        match self.pacings.at(block.carrier).turn(block.parts, block.left).await {
            Ok(Turn::At(at)) => {
                self.job.wait_until(earlier(at, WRITE)).await;
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

    /// Waits for the turn of a claimed block. Without a turn, or without time, releases the claim.
    async fn await_slot(&mut self, block: &Block, before: &Progress) -> Result<Dispatch, StoreError> {
        if let Err(error) = self.keep_tag(block.carrier).await {
            self.return_block(before).await?;
            return Err(error);
        }
        let pacing = self.pacings.at(block.carrier);
        match pacing.wait_for_turn(block.parts, block.left).await {
            // The next run has time to call the carriers.
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

    /// Only messages that wait for capacity are left.
    async fn without_capacity(mut self, carrier: CarrierName, parts: u32) -> Result<JobOutcome, StoreError> {
        self.record().await?;
        let place = self.pacings.at(carrier).place(parts).await?;
        Ok(self.job.at_its_place(place))
    }

    /// Only messages of halted carriers are left: the schedule releases the parcel after the operator resumes
    /// delivery. Deferred messages of other carriers are retried in time.
    async fn halted(mut self) -> Result<JobOutcome, StoreError> {
        self.record().await?;
        tracing::info!("delivery halted: parcel waits for the operator");
        let due = next_due(self.stored, &self.progress, &self.conditions, self.job.deps);
        Ok(due.map_or(JobOutcome::Finished, |due| self.job.again(self.job.until(due))))
    }

    /// Writes the progress if it changed.
    async fn settle(&mut self) -> Result<(), StoreError> {
        if self.progress != self.written {
            let table = &self.job.deps.table;
            settle(table, self.stored, &self.written, &mut self.progress, self.counts).await?;
            self.written = self.progress.clone();
        }
        Ok(())
    }

    /// Records the last block's outcomes and releases this worker's claim. The claim of another worker, who
    /// may be alive, stays.
    pub async fn record(&mut self) -> Result<(), StoreError> {
        if self.progress.claim().is_some_and(|claim| claim.worker == self.worker.id) {
            self.progress.release_claim();
        }
        self.settle().await
    }

    /// Releases a claimed block that no carrier received.
    async fn return_block(&mut self, before: &Progress) -> Result<(), StoreError> {
        self.progress.return_block(before);
        self.settle().await
    }
}
