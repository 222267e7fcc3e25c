//! Lookup of messages by carrier reference, for carriers that cannot return ours.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    attributes::{item, row},
    keys,
};
use domain::{
    clock::later,
    delivery::{CarrierName, ParcelTag},
    id::{MessageId, ParcelId},
};

/// Receipts may take 72 hours (AWS End User Messaging), replies slightly longer.
const KEPT: SignedDuration = SignedDuration::from_hours(5 * 24);

#[derive(Serialize, Deserialize)]
struct TagRow {
    #[serde(flatten)]
    parcel: ParcelId,
    ttl: i64,
}

#[derive(Serialize, Deserialize)]
struct CarrierIdRow {
    message: String,
    ttl: i64,
}

fn ttl(from: Timestamp) -> i64 {
    later(from, KEPT).as_second()
}

impl Table {
    /// Keeps which parcel a tag names, until receipts of it can come no more. Doing it twice does no harm.
    pub async fn keep_tag(&self, parcel: ParcelId, expires_at: Timestamp) -> Result<(), StoreError> {
        let key = keys::tag(&ParcelTag::of(parcel));
        self.put(item(key, TagRow { parcel, ttl: ttl(expires_at) })).await
    }

    /// The parcel that a tag names.
    pub async fn parcel_of_tag(&self, tag: &ParcelTag) -> Result<Option<ParcelId>, StoreError> {
        let found = self.get_eventually_consistent(keys::tag(tag)).await?;
        let found = found.map(|item| row::<TagRow>(item, "tag")).transpose()?;
        Ok(found.map(|row| row.parcel))
    }

    /// Stores the messages of the carrier's ids, for carriers whose receipts contain no other
    /// reference.
    pub async fn keep_carrier_ids(
        &self,
        carrier: CarrierName,
        ids: &[(String, MessageId)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let kept = |(id, message): &(String, MessageId)| {
            let row = CarrierIdRow { message: message.correlation(), ttl: ttl(now) };
            item(keys::carrier_id(carrier, id), row)
        };
        let items: Vec<_> = ids.iter().map(kept).collect();
        self.put_all(items.into_iter()).await
    }

    /// Returns the message of a carrier's id.
    pub async fn message_of_carrier_id(
        &self,
        carrier: CarrierName,
        id: &str,
    ) -> Result<Option<MessageId>, StoreError> {
        let found = self.get(keys::carrier_id(carrier, id)).await?;
        let found = found.map(|item| row::<CarrierIdRow>(item, "carrier id")).transpose()?;
        let message = found.map(|row| row.message.parse());
        message.transpose().map_err(|_| StoreError::Unreadable("carrier id"))
    }
}
