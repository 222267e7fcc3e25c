//! Retention: texts and numbers of an old send are removed; its counts and costs stay.

use shared::{
    delivery::MessageState,
    sending::Tally,
    store::{Appointment, StoreError},
};

use crate::{Deps, Kept, RoundError};

/// Forgets a send's texts. What became of its messages is counted first, once.
pub(crate) async fn forget(appointment: Appointment, deps: &Deps) -> Result<Kept, RoundError> {
    let Appointment { school, send, parcels, .. } = appointment;
    deps.table.put_tally(school, send, &tally(&appointment, deps).await?).await?;
    deps.table.forget_parcels(school, send, parcels).await?;
    deps.table.done(appointment).await?;
    Ok(Kept::Done)
}

async fn tally(appointment: &Appointment, deps: &Deps) -> Result<Tally, StoreError> {
    let progresses = deps.table.progresses(appointment.school, appointment.send).await?;
    let mut tally = Tally::new();
    for state in progresses.iter().flat_map(|(_, progress)| progress.states()) {
        *tally.entry(MessageState::as_str(state).to_owned()).or_default() += 1;
    }
    Ok(tally)
}
