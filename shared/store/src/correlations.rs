//! Lookup of messages by carrier reference, for carriers that cannot return ours.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    attributes::{item, row},
    keys,
};
use domain::{
    delivery::{CarrierName, Correlation, ParcelTag},
    id::{ParcelNumber, SchoolId, SendId},
};

/// Receipts may take 72 hours (AWS End User Messaging), replies slightly longer.
const KEPT: SignedDuration = SignedDuration::from_hours(5 * 24);

#[derive(Serialize, Deserialize)]
struct TagRow {
    school: SchoolId,
    send: SendId,
    parcel: ParcelNumber,
    ttl: i64,
}

#[derive(Serialize, Deserialize)]
struct CarrierIdRow {
    message: String,
    ttl: i64,
}

fn ttl(from: Timestamp) -> i64 {
    from.saturating_add(KEPT).unwrap_or(Timestamp::MAX).as_second()
}

impl Table {
    /// Stores the parcel of a tag until no more receipts can arrive. Idempotent.
    pub async fn keep_tag(
        &self,
        school: SchoolId,
        send: SendId,
        parcel: ParcelNumber,
        expires_at: Timestamp,
    ) -> Result<(), StoreError> {
        let key = keys::tag(&ParcelTag::of(school, send, parcel));
        self.put(item(key, TagRow { school, send, parcel, ttl: ttl(expires_at) })).await
    }

    /// Returns the parcel of a tag.
    pub async fn parcel_of_tag(
        &self,
        tag: &ParcelTag,
    ) -> Result<Option<(SchoolId, SendId, ParcelNumber)>, StoreError> {
        let found = self.get_eventually_consistent(keys::tag(tag)).await?;
        let found = found.map(|item| row::<TagRow>(item, "tag")).transpose()?;
        Ok(found.map(|row| (row.school, row.send, row.parcel)))
    }

    /// Stores the messages of the carrier's ids, for carriers whose receipts contain no other
    /// reference.
    pub async fn keep_carrier_ids(
        &self,
        carrier: CarrierName,
        ids: &[(String, Correlation)],
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let kept = |(id, message): &(String, Correlation)| {
            let row = CarrierIdRow { message: message.to_string(), ttl: ttl(now) };
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
    ) -> Result<Option<Correlation>, StoreError> {
        let found = self.get(keys::carrier_id(carrier, id)).await?;
        let found = found.map(|item| row::<CarrierIdRow>(item, "carrier id")).transpose()?;
        let message = found.map(|row| row.message.parse());
        message.transpose().map_err(|_| StoreError::Unreadable("carrier id"))
    }
}
