//! Which message a report is about.

use carriers::ovh::{OvhReceipt, Unconfirmed};
use domain::{
    delivery::{About, Receipt},
    id::MessageId,
    sending::PlannedMessage,
};
use queues::ReportMessage;
use store::StoreError;

use crate::{deps::Deps, failure::NotNoted};

/// A receipt whose message is known.
pub(crate) struct Resolved {
    pub message: MessageId,
    pub receipt: Receipt,
    /// How often the message was looked for in vain.
    pub tried: u8,
}

impl Resolved {
    /// The report once more, for later.
    pub fn again(&self) -> ReportMessage {
        let about = About::Message(self.message);
        let tried = next_count(self.tried);
        ReportMessage::Receipt { about: about.into(), told: self.receipt.into(), tried }
    }
}

/// One more than a report was looked for. The count stops at its highest, at which a report is no longer looked for.
pub(crate) const fn next_count(tried: u8) -> u8 {
    tried.saturating_add(1)
}

/// The message that a name names, if it is known.
pub(crate) async fn message_of(about: &About, deps: &Deps) -> Result<Option<MessageId>, StoreError> {
    match about {
        About::Message(message) => Ok(Some(*message)),
        About::CarrierId(carrier, id) => deps.table.message_of_carrier_id(*carrier, id).await,
    }
}

/// What OVHcloud itself says of one of its messages; its callbacks are believed in nothing else. What it
/// cannot say now is asked again later.
pub(crate) async fn of_ovh(id: u64, tried: u8, deps: &Deps) -> Result<Option<Resolved>, NotNoted> {
    let Some(ovh) = &deps.ovh else {
        tracing::error!(alarm = "not_configured", "a report of OVHcloud, which this function does not know");
        return Err(Unconfirmed.into());
    };
    let found = match ovh.confirm(id).await {
        Ok(Some(told)) => of_tag(told, tried, deps).await?,
        // Not one of ours, or nothing to tell.
        Ok(None) => return Ok(None),
        Err(error) if deps.was_last(tried) => return Err(error.into()),
        Err(error) => {
            tracing::info!(%error, "to be asked again");
            None
        }
    };
    if found.is_none() {
        deps.again(tried, ReportMessage::Ovh { id, tried: next_count(tried) }).await?;
    }
    Ok(found)
}

/// A tag names the first of the messages that went in one request: ours is the one of the same text and of
/// the phone that OVHcloud names.
async fn of_tag(told: OvhReceipt, tried: u8, deps: &Deps) -> Result<Option<Resolved>, StoreError> {
    let Some(parcel) = deps.table.parcel_of_tag(&told.tag).await? else { return Ok(None) };
    let Some(stored) = deps.table.parcel_eventually_consistent(parcel).await? else {
        return Ok(None);
    };
    let Some(first) = stored.message(told.first_index) else { return Ok(None) };
    let is_it = |message: &PlannedMessage| message.text == first.text && told.is_to(message.phone);
    // What goes in one request is named by the first of its messages.
    let mut from_first = stored.whole_messages().filter(|(index, _)| *index >= told.first_index);
    let place = from_first.find(|(_, message)| is_it(message)).map(|(index, _)| index);
    let Some(index) = place else { return Ok(None) };
    Ok(Some(Resolved { message: parcel.message(index), receipt: told.receipt, tried }))
}
