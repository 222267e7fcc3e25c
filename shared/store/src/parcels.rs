//! Parcels: content, written once, and progress, written once per block.

use std::collections::{BTreeMap, HashSet};

use super::{
    Consistency, ParcelsOf, StoreError, StoredParcel, Table, Tracked,
    attributes::text,
    keys::{self, Item},
    mentions::mentions_item,
    parcel_items::{REFUND_PENDING, Tracks, content_item, decode_progress, parcel_number, stored_parcel},
    table::Page,
};
use domain::{
    delivery::MessageState,
    id::{ParcelId, ParcelNumber, SchoolId, SendId},
    sending::Parcel,
    sent_log::Mentions,
};

impl Table {
    /// Writes the contents of a send's parcels, invisible until the send itself is stored.
    pub async fn put_parcels(
        &self,
        of: ParcelsOf,
        parcels: impl Iterator<Item = Parcel>,
    ) -> Result<(), StoreError> {
        let mut mentions = Mentions::default();
        let contents = parcels.map(|parcel| {
            mentions.note(&parcel);
            content_item(of, &parcel)
        });
        let contents: Vec<Item> = contents.collect();
        let mentions = mentions_item(of, &mentions);
        self.put_all(contents.into_iter().chain([mentions])).await
    }

    /// Deletes the parcels of a send that was not accepted.
    pub async fn delete_parcels(
        &self,
        school: SchoolId,
        send: SendId,
        parcels: u16,
    ) -> Result<(), StoreError> {
        for number in (0..parcels).map(ParcelNumber) {
            self.delete(keys::content(ParcelId { school, send, number })).await?;
        }
        self.delete(keys::mentions(school, send)).await
    }

    /// A parcel's content and progress, in one call.
    pub async fn parcel(&self, parcel: ParcelId) -> Result<Option<StoredParcel>, StoreError> {
        self.read_parcel(parcel, Consistency::Strong).await
    }

    /// Eventually consistent, at half the price: a claim over outdated progress fails.
    pub async fn parcel_eventually_consistent(
        &self,
        parcel: ParcelId,
    ) -> Result<Option<StoredParcel>, StoreError> {
        self.read_parcel(parcel, Consistency::Eventual).await
    }

    async fn read_parcel(
        &self,
        parcel: ParcelId,
        consistency: Consistency,
    ) -> Result<Option<StoredParcel>, StoreError> {
        let (content, tracks) = tokio::try_join!(self.content(parcel), self.tracks_of(parcel, consistency))?;
        content.map(|content| stored_parcel(parcel.school, parcel.send, &content, &tracks)).transpose()
    }

    /// Reads one parcel's progress and receipts in one call, billed as one item.
    pub(super) async fn tracks_of(
        &self,
        parcel: ParcelId,
        consistency: Consistency,
    ) -> Result<Tracks, StoreError> {
        let page = Page {
            partition: keys::parcels_partition(parcel.school, parcel.send),
            prefix: &format!("{}{}", keys::PROGRESS_PREFIX, parcel.number),
            oldest_first: true,
            limit: None,
            after: None,
            consistency,
        };
        let (items, _) = self.page(page).await?;
        let mut tracks = Tracks::default();
        for item in items {
            tracks.insert(item)?;
        }
        Ok(tracks)
    }

    /// A parcel's content. Only an erasure ever rewrites it: a read that need not be the latest has it, or does not
    /// have it yet, or still has what was erased in this moment.
    async fn content(&self, parcel: ParcelId) -> Result<Option<Item>, StoreError> {
        let key = || keys::content(parcel);
        match self.get_eventually_consistent(key()).await? {
            None => self.get(key()).await,
            found => Ok(found),
        }
    }

    /// Reads the progress of each parcel ever claimed, about a kilobyte each.
    pub async fn progresses(
        &self,
        school: SchoolId,
        send: SendId,
    ) -> Result<Vec<(ParcelNumber, Tracked)>, StoreError> {
        let items = self.all(keys::parcels_partition(school, send), keys::PROGRESS_PREFIX).await?;
        let mut by_parcel: BTreeMap<ParcelNumber, Tracks> = BTreeMap::new();
        for item in items {
            by_parcel.entry(parcel_number(&item, keys::PROGRESS_PREFIX)?).or_default().insert(item)?;
        }
        let tracked = |(number, tracks): (ParcelNumber, Tracks)| {
            let progress = tracks.progress.as_ref().map(decode_progress).transpose();
            progress
                .map(|progress| Some((number, Tracked { progress: progress?, receipts: tracks.receipts })))
        };
        by_parcel.into_iter().filter_map(|parcel| tracked(parcel).transpose()).collect()
    }

    /// Returns the parcels of a send that are unsettled, have a pending refund, or contain unknown
    /// messages.
    pub async fn unsettled(
        &self,
        school: SchoolId,
        send: SendId,
        parcels: u16,
    ) -> Result<Vec<ParcelNumber>, StoreError> {
        let items = self.all(keys::parcels_partition(school, send), keys::PROGRESS_PREFIX).await?;
        let mut settled = HashSet::with_capacity(items.len());
        for item in items {
            if keys::is_receipts(text(&item, "sk")?) {
                continue;
            }
            let is_left = |state: MessageState| state.is_open() || state == MessageState::Unknown;
            // Unreadable progress counts: the close of the send reports it.
            let is_left = decode_progress(&item).map_or(true, |progress| progress.states().any(is_left));
            if !is_left && !item.contains_key(REFUND_PENDING) {
                settled.insert(parcel_number(&item, keys::PROGRESS_PREFIX)?);
            }
        }
        Ok((0..parcels).map(ParcelNumber).filter(|number| !settled.contains(number)).collect())
    }

    /// Deletes the texts, numbers and states of a send.
    pub async fn forget_parcels(
        &self,
        school: SchoolId,
        send: SendId,
        parcels: u16,
    ) -> Result<(), StoreError> {
        for number in (0..parcels).map(ParcelNumber) {
            let parcel = ParcelId { school, send, number };
            self.delete(keys::content(parcel)).await?;
            self.delete(keys::progress(parcel)).await?;
            self.delete(keys::receipts(parcel)).await?;
        }
        self.delete(keys::mentions(school, send)).await
    }
}
