//! Records opt-outs.

use domain::{
    delivery::{About, CarrierName},
    directory::{OptOutOrigin, Stop},
    id::MessageId,
    phone::PhoneNumber,
    sending::StoredMessage,
};
use jiff::Timestamp;
use store::StoreError;

use crate::{deps::Deps, resolve::message_of};

/// A STOP reply.
pub(crate) struct Said {
    pub carrier: CarrierName,
    /// The carrier's id of the reply.
    pub id: String,
    pub from: PhoneNumber,
    pub answers: Option<About>,
    pub at: Timestamp,
}

/// Records an opt-out for the school whose text was answered. A reply without a reference counts for every
/// school that holds the number.
pub(crate) async fn heed(said: Said, deps: &Deps) -> Result<(), StoreError> {
    let answered = match &said.answers {
        Some(about) => message_of(about, deps).await?,
        None => None,
    };
    let schools = match answered {
        Some(message) => vec![message.parcel.school],
        None => deps.table.holders_of(said.from).await?,
    };
    if schools.is_empty() {
        tracing::warn!(carrier = %said.carrier, "STOP from an unknown number");
    }
    for school in schools {
        let stop =
            Stop { origin: OptOutOrigin::Reply(said.carrier), at: said.at, reply: Some(said.id.clone()) };
        if deps.table.stop(school, said.from, stop).await? {
            tracing::info!(%school, carrier = %said.carrier, "opt-out recorded");
        }
    }
    Ok(())
}

/// Closes the number of a message that a carrier did not bring because its owner told the carrier to stop.
pub(crate) async fn by_the_carrier(message: MessageId, deps: &Deps) -> Result<(), StoreError> {
    let school = message.parcel.school;
    let stored = deps.table.parcel(message.parcel).await?;
    let Some(stored) = stored else { return Ok(()) };
    // Includes messages whose text was erased with their subject.
    let to = stored.messages.get(usize::from(message.index)).and_then(StoredMessage::phone);
    let Some(phone) = to else { return Ok(()) };
    // The opt-out is at least as old as the text: a later decision to reopen the number stands.
    let (carrier, at) = match stored.progress.asked(message.index) {
        Some(asked) => asked,
        None => return Ok(()),
    };
    let stop = Stop { origin: OptOutOrigin::Carrier(carrier), at, reply: None };
    deps.table.stop(school, phone, stop).await?;
    Ok(())
}
