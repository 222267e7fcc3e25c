//! Reads a parcel, prepares it and runs it.

use std::time::Duration;

use domain::{
    clock::later,
    delivery::Worker,
    directory::OptOuts,
    id::{ParcelNumber, WorkerId},
};
use jiff::SignedDuration;
use store::{StoreError, StoredParcel};
use telemetry::Counts;

use crate::{block::Pacings, job::DeliveryJob, outcome::JobOutcome, pacing::Pacing, run::Run};

/// Up to this age, a send's opt-outs are those of its planning.
const JUST_PLANNED: SignedDuration = SignedDuration::from_secs(60);
/// A claim outlives its worker's deadline by this margin for clock skew.
const LEASE_MARGIN: SignedDuration = SignedDuration::from_secs(1);

/// Delivers as many blocks as the time and the carriers' rates allow.
pub(crate) async fn deliver(job: &DeliveryJob<'_>, counts: &mut Counts) -> Result<JobOutcome, StoreError> {
    let table = &job.deps.table;
    let (stored, conditions, opt_outs) = futures_util::try_join!(
        table.parcel_eventually_consistent(job.parcel),
        table.carrier_statuses_eventually_consistent(),
        opt_outs(job)
    )?;
    let Some(stored) = stored else {
        // Parcels are written before they are enqueued: this one was removed by retention.
        tracing::warn!("parcel not found");
        return Ok(JobOutcome::Finished);
    };
    if table.retry_refund(&stored).await? {
        return Ok(job.finished(&stored, &stored.progress));
    }
    if let Some(place) = job.place_at.filter(|place| !Pacing::until_place(*place, job.now()).is_zero()) {
        // The place is beyond the longest delay of the queue.
        return Ok(job.at_its_place(place));
    }
    wait_for_its_moment(job, &stored).await;
    let is_first = job.parcel.number == ParcelNumber(0);
    let mut progress = stored.progress.clone();
    if !progress.is_claimed(job.now()) {
        // Opt-outs since the texts were planned, or since a carrier deferred them.
        for (index, message) in stored.whole_messages() {
            if opt_outs.of(message.phone).is_some() {
                progress.stop(index);
            }
        }
        // Recipients erased while a worker held the parcel: nothing is left to send to them.
        stored.erased().for_each(|index| progress.erase(index));
    }
    let run = Run {
        job,
        stored: &stored,
        written: stored.progress.clone(),
        progress,
        conditions,
        pacings: Pacings::new(job.deps, is_first || job.place_at.is_some()),
        worker: Worker { id: WorkerId::generate(job.now()), lease_until: later(job.deadline, LEASE_MARGIN) },
        is_tagged: false,
        counts,
    };
    run.run().await
}

/// The school's opt-outs since the texts were planned. A send planned a moment ago has none: most parcels
/// leave in that moment and skip the read.
async fn opt_outs(job: &DeliveryJob<'_>) -> Result<OptOuts, StoreError> {
    if job.now().duration_since(job.parcel.send.made_at()) < JUST_PLANNED {
        return Ok(OptOuts::default());
    }
    job.deps.table.opt_outs_eventually_consistent(job.parcel.school).await
}

/// Spreads the parcels of a send within a second, because the queue counts in whole seconds. Otherwise they
/// would take all free lanes at once, and wait with a lane booked.
async fn wait_for_its_moment(job: &DeliveryJob<'_>, stored: &StoredParcel) {
    let carriers = &job.deps.carriers;
    let begins = job.place_at.is_none() && !stored.progress.has_begun();
    let Some(cap) = carriers.usual_pace().filter(|_| begins) else { return };
    let messages = stored.whole_messages().map(|(_, message)| message);
    let paced = messages.filter(|message| carriers.has_the_usual_pace(message.phone));
    let parts: u32 = paced.map(|message| u32::from(message.segments.get())).sum();
    let before_ms = cap.duration_of(u64::from(parts) * u64::from(job.parcel.number.0)).as_millis();
    let within_ms = u64::try_from(before_ms % 1000).expect("less than a second");
    tokio::time::sleep(Duration::from_millis(within_ms)).await;
}
