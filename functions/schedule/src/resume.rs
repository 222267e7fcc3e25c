//! Going on after a halt: everything that was set aside is released again.

use jiff::Timestamp;
use shared::store::{Appointment, DeliveryState, Step};

use crate::{Deps, RoundError};

/// Once the operator said so, every send that was released and is not closed gets a release of this moment,
/// which the same round keeps: it is looked at again, as it may have waited for hours, and leaves at the
/// carrier's pace. Parcels that are settled, or in the queue already, take no harm.
pub(crate) async fn go_on(deps: &Deps, now: Timestamp) -> Result<(), RoundError> {
    let DeliveryState::Resuming(resumed_at) = deps.table.delivery_state().await? else { return Ok(()) };
    for send in deps.table.open_sends(now).await? {
        deps.table.appoint(Appointment { at: now, step: Step::Release, ..send }).await?;
    }
    deps.table.delivery_resumed(resumed_at).await?;
    tracing::info!("delivery goes on");
    Ok(())
}
