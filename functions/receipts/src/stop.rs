//! Closing the numbers of those who want no more SMS.

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

/// What somebody said.
pub(crate) struct Said {
    pub carrier: CarrierName,
    /// The carrier's name for the reply.
    pub id: String,
    pub from: PhoneNumber,
    pub answers: Option<About>,
    pub at: Timestamp,
}

/// Closes a number for the school whose text was answered. A reply that does not say which text it answers
/// is meant for whoever may have written: every school that has the number.
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
        tracing::warn!(carrier = %said.carrier, "somebody says stop, and no school has the number");
    }
    for school in schools {
        let stop =
            Stop { origin: OptOutOrigin::Reply(said.carrier), at: said.at, reply: Some(said.id.clone()) };
        if deps.table.stop(school, said.from, stop).await? {
            tracing::info!(%school, carrier = %said.carrier, "a number is closed: its owner said stop");
        }
    }
    Ok(())
}

/// Closes the number of a message that a carrier did not bring because its owner told the carrier to stop.
pub(crate) async fn by_the_carrier(message: MessageId, deps: &Deps) -> Result<(), StoreError> {
    let school = message.parcel.school;
    let stored = deps.table.parcel(message.parcel).await?;
    let Some(stored) = stored else { return Ok(()) };
    // Also where a child was erased whom it was about.
    let to = stored.messages.get(usize::from(message.index)).and_then(StoredMessage::phone);
    let Some(phone) = to else { return Ok(()) };
    // The wish is at least as old as the text: a decision to write again that was taken since stands.
    let (carrier, at) = match stored.progress.asked(message.index) {
        Some(asked) => asked,
        None => return Ok(()),
    };
    let stop = Stop { origin: OptOutOrigin::Carrier(carrier), at, reply: None };
    deps.table.stop(school, phone, stop).await?;
    Ok(())
}
