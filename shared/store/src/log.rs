//! Reading the sent log: many sends and parcels with few calls.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Range,
};

use aws_sdk_dynamodb::types::KeysAndAttributes;
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    Consistency, StoreError, StoredParcel, Table,
    attributes::{row, text},
    keys::{self, Item, Key},
    parcel_items::{Tracks, parcel_number, stored_parcel},
    rows::SendRow,
};
use domain::{
    id::{ParcelId, SchoolId, SendId},
    sending::Send,
};

/// A page of sends, newest first, and the cursor of the next page.
pub type SendsPage = (Vec<Send>, Option<SendId>);

/// Limit of `BatchGetItem`.
const BATCH_KEYS: usize = 100;
/// Content, progress, receipts.
const KEYS_OF_A_PARCEL: usize = 3;
/// Concurrent calls.
const CONCURRENT_BATCHES: usize = 4;
/// Attempts at the unprocessed keys of a batch.
const BATCH_ATTEMPTS: u32 = 8;

impl Table {
    /// Parcels per call.
    pub const PARCELS_A_CALL: usize = BATCH_KEYS / KEYS_OF_A_PARCEL;

    /// Reads parcels with progress and receipts, [`Table::PARCELS_A_CALL`] per call. Missing ones are
    /// omitted.
    pub async fn parcels(
        &self,
        wanted: &[ParcelId],
        consistency: Consistency,
    ) -> Result<BTreeMap<ParcelId, StoredParcel>, StoreError> {
        let keys = wanted
            .iter()
            .flat_map(|parcel| [keys::content(*parcel), keys::progress(*parcel), keys::receipts(*parcel)]);
        let partitions: HashMap<String, (SchoolId, SendId)> = wanted
            .iter()
            .map(|ParcelId { school, send, .. }| (keys::parcels_partition(*school, *send), (*school, *send)))
            .collect();
        let (mut contents, mut tracks) = (Vec::new(), BTreeMap::<ParcelId, Tracks>::new());
        for item in self.get_all(keys.collect(), consistency).await? {
            const WHAT: StoreError = StoreError::Unreadable("parcel");
            let (school, send) = *partitions.get(text(&item, "pk")?).ok_or(WHAT)?;
            if text(&item, "sk")?.starts_with(keys::CONTENT_PREFIX) {
                contents.push((
                    ParcelId { school, send, number: parcel_number(&item, keys::CONTENT_PREFIX)? },
                    item,
                ));
            } else {
                let number = parcel_number(&item, keys::PROGRESS_PREFIX)?;
                tracks.entry(ParcelId { school, send, number }).or_default().insert(item)?;
            }
        }
        let none = Tracks::default();
        let stored = |(parcel, content): (ParcelId, Item)| {
            let tracks = tracks.get(&parcel).unwrap_or(&none);
            Ok((parcel, stored_parcel(parcel.school, parcel.send, &content, tracks)?))
        };
        contents.into_iter().map(stored).collect()
    }

    /// Reads sends by id. Missing ones are omitted.
    pub async fn sends_named(
        &self,
        school: SchoolId,
        sends: &[SendId],
        consistency: Consistency,
    ) -> Result<BTreeMap<SendId, Send>, StoreError> {
        let keys = sends.iter().map(|send| keys::send(school, *send)).collect();
        let items = self.get_all(keys, consistency).await?;
        let sends = items.into_iter().map(|item| row::<SendRow>(item, "send").map(Send::from));
        sends.map(|send| send.map(|send| (send.id, send))).collect()
    }

    /// Reads a page of the sends in a span, newest first.
    pub async fn sends_between(
        &self,
        school: SchoolId,
        span: Range<SendId>,
        limit: Option<i32>,
        consistency: Consistency,
    ) -> Result<SendsPage, StoreError> {
        let span =
            format!("{}{}", keys::SEND_PREFIX, span.start)..format!("{}{}", keys::SEND_PREFIX, span.end);
        let (items, next) = self.span(keys::school_partition(school), span, limit, consistency).await?;
        let sends = items.into_iter().map(|item| row::<SendRow>(item, "send").map(Send::from));
        let next = next.map(|key| key.sk.trim_start_matches(keys::SEND_PREFIX).parse());
        Ok((sends.collect::<Result<_, _>>()?, next.transpose().map_err(|_| StoreError::Unreadable("send"))?))
    }

    async fn get_all(&self, keys: Vec<Key>, consistency: Consistency) -> Result<Vec<Item>, StoreError> {
        let batches: Vec<Vec<Item>> =
            keys.chunks(BATCH_KEYS).map(|keys| keys.iter().cloned().map(Key::attributes).collect()).collect();
        stream::iter(batches)
            .map(|keys| self.get_batch(keys, consistency))
            .buffered(CONCURRENT_BATCHES)
            .try_concat()
            .await
    }

    async fn get_batch(&self, keys: Vec<Item>, consistency: Consistency) -> Result<Vec<Item>, StoreError> {
        let asked = KeysAndAttributes::builder().set_keys(Some(keys));
        let asked = asked.consistent_read(consistency.is_strong()).build();
        let mut left = asked.map_err(|_| StoreError::Unreadable("keys"))?;
        let mut items = Vec::new();
        for attempt in 0..BATCH_ATTEMPTS {
            let output = self
                .client()
                .batch_get_item()
                .request_items(self.name(), left)
                .send()
                .await
                .map_err(StoreError::from_sdk)?;
            items
                .extend(output.responses.and_then(|mut found| found.remove(self.name())).unwrap_or_default());
            match output.unprocessed_keys.and_then(|mut keys| keys.remove(self.name())) {
                Some(rest) if !rest.keys().is_empty() => left = rest,
                _ => return Ok(items),
            }
            // More than 16 MB, or throttled.
            tokio::time::sleep(std::time::Duration::from_millis(20 << attempt)).await;
        }
        Err(StoreError::Unavailable("the table kept keys of a batch unread".into()))
    }
}
