//! Going on after a halt: everything that was set aside comes back to the queue.

use jiff::Timestamp;
use shared::store::DeliveryState;

use crate::{Deps, RoundError};

/// Once the operator said so, enqueues every send that was released and is not closed. Parcels that are
/// settled, or in the queue already, take no harm.
pub(crate) async fn go_on(deps: &Deps, now: Timestamp) -> Result<(), RoundError> {
    let DeliveryState::Resuming(resumed_at) = deps.table.delivery_state().await? else { return Ok(()) };
    for send in deps.table.open_sends(now).await? {
        // What does not fit into the next minutes is still to come through its own release.
        let mut release = Some(send);
        while let Some(next) = release {
            release = deps.queue.enqueue(next).await?;
        }
    }
    deps.table.delivery_resumed(resumed_at).await?;
    tracing::info!("delivery goes on");
    Ok(())
}
