//! Resolves reports to messages.

use carriers::ovh::{OvhReceipt, Unconfirmed};
use domain::{
    delivery::{About, Receipt},
    id::MessageId,
    sending::PlannedMessage,
};
use queues::ReportMessage;
use store::StoreError;

use crate::{deps::Deps, failure::NotNoted};

/// A receipt and its message.
pub(crate) struct Resolved {
    pub message: MessageId,
    pub receipt: Receipt,
    /// The earlier attempts to find the message.
    pub tried: u8,
}

impl Resolved {
    /// The same report, one attempt later.
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

/// Queries OVHcloud for a receipt: its callbacks are unsigned, and only the id is used. Without an answer,
/// the query is repeated later.
pub(crate) async fn of_ovh(id: u64, tried: u8, deps: &Deps) -> Result<Option<Resolved>, NotNoted> {
    let Some(ovh) = &deps.ovh else {
        tracing::error!(alarm = "not_configured", "OVHcloud report without an OVHcloud configuration");
        return Err(Unconfirmed.into());
    };
    let found = match ovh.confirm(id).await {
        Ok(Some(told)) => of_tag(told, tried, deps).await?,
        // Not ours, or no news.
        Ok(None) => return Ok(None),
        Err(error) if deps.was_last(tried) => return Err(error.into()),
        Err(error) => {
            tracing::info!(%error, "OVHcloud not confirmed yet: the query is repeated");
            None
        }
    };
    if found.is_none() {
        deps.again(tried, ReportMessage::Ovh { id, tried: next_count(tried) }).await?;
    }
    Ok(found)
}

/// A tag refers to the first message of a request: ours has the same text, and the phone number that OVHcloud
/// returns.
async fn of_tag(told: OvhReceipt, tried: u8, deps: &Deps) -> Result<Option<Resolved>, StoreError> {
    let Some(parcel) = deps.table.parcel_of_tag(&told.tag).await? else { return Ok(None) };
    let Some(stored) = deps.table.parcel_eventually_consistent(parcel).await? else {
        return Ok(None);
    };
    let Some(first) = stored.message(told.first_index) else { return Ok(None) };
    let is_it = |message: &PlannedMessage| message.text == first.text && told.is_to(message.phone);
    // The messages of a request follow its first one.
    let mut from_first = stored.whole_messages().filter(|(index, _)| *index >= told.first_index);
    let place = from_first.find(|(_, message)| is_it(message)).map(|(index, _)| index);
    let Some(index) = place else { return Ok(None) };
    Ok(Some(Resolved { message: parcel.message(index), receipt: told.receipt, tried }))
}
