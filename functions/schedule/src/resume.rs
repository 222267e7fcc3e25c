//! Resumes delivery after a halt: releases all waiting sends.

use domain::{
    delivery::DeliveryState,
    sending::{Appointment, Step},
};
use jiff::Timestamp;

use crate::{deps::Deps, failure::RoundError};

/// After the operator's command, every released and open send gets another release in the same round: it is
/// rechecked, because it may have waited for hours, and leaves at the carrier's rate. Settled or enqueued
/// parcels are not affected.
pub(crate) async fn resume_parcels(deps: &Deps, now: Timestamp) -> Result<(), RoundError> {
    let conditions = deps.table.carrier_statuses().await?;
    let resuming: Vec<_> = conditions
        .iter()
        .filter_map(|(carrier, condition)| match condition.state {
            DeliveryState::Resuming(resumed_at) => Some((carrier, resumed_at)),
            _ => None,
        })
        .collect();
    if resuming.is_empty() {
        return Ok(());
    }
    for send in deps.table.open_sends(now).await? {
        deps.table.appoint(Appointment { at: now, step: Step::Release, ..send }).await?;
    }
    for (carrier, resumed_at) in resuming {
        deps.table.carrier_resumed(carrier, resumed_at).await?;
    }
    tracing::info!("delivery resumed");
    Ok(())
}
