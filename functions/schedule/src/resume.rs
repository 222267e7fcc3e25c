//! Going on after a halt: everything that was set aside is released again.

use domain::{
    delivery::DeliveryState,
    sending::{Appointment, Step},
};
use jiff::Timestamp;

use crate::{deps::Deps, failure::RoundError};

/// Once the operator said so, every send that was released and is not closed gets a release of this moment,
/// which the same round keeps: it is looked at again, as it may have waited for hours, and leaves at the
/// carrier's pace. Parcels that are settled, or in the queue already, take no harm.
pub(crate) async fn go_on(deps: &Deps, now: Timestamp) -> Result<(), RoundError> {
    let conditions = deps.table.carrier_conditions().await?;
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
    tracing::info!("delivery goes on");
    Ok(())
}
