//! Reading what a query asks for: page by page, batch by batch, or whole.

use std::collections::BTreeMap;

use domain::{
    delivery::MessageState,
    id::{MessageId, ParcelId},
    sent_log::Logged,
};
use store::{Consistency, StoreError, StoredParcel, Table};

use super::{
    parcel_scan::{ParcelRef, ParcelScan},
    query::LogQuery,
};

/// What a page holds, and where the next one starts.
#[derive(Debug)]
pub struct LogPage<T> {
    /// What was found.
    pub found: Vec<T>,
    /// The next place to look at; none at the end.
    pub next: Option<MessageId>,
}

/// Parcels read for a page: one call reads thirty-three, so that a first page takes three calls with that for its
/// sends.
const PARCELS_OF_A_PAGE: usize = 2 * Table::PARCELS_A_CALL;
/// Where few of the messages read are wanted, a page reads as many as answer within a second or so, and may be short.
const PARCELS_OF_A_SEARCH: usize = 10 * Table::PARCELS_A_CALL;
/// How often a page asks for more sends, a megabyte of them in a search, before it leaves the rest to the next page.
const MAX_LOOKUPS: usize = 10;

impl LogQuery<'_> {
    /// Collects up to `limit` messages from `start` on. A page may have fewer, and still a next place, where its
    /// messages lie in many parcels or few of those read are wanted.
    pub async fn page<T>(
        &self,
        start: Option<MessageId>,
        limit: usize,
        mut take: impl FnMut(Logged<'_>) -> T,
    ) -> Result<LogPage<T>, StoreError> {
        let mut page = LogPage { found: Vec::new(), next: None };
        let mut scan = ParcelScan::for_page(self, start);
        let is_search = !self.filter.takes_whole_sends();
        let mut parcels_left = if is_search { PARCELS_OF_A_SEARCH } else { PARCELS_OF_A_PAGE };
        while parcels_left > 0 && page.found.len() < limit && scan.lookups() <= MAX_LOOKUPS {
            let messages = if is_search { usize::MAX } else { limit - page.found.len() };
            let batch = scan.next_batch(parcels_left.min(PARCELS_OF_A_PAGE), messages).await?;
            if batch.is_empty() && scan.is_exhausted() {
                return Ok(page);
            }
            parcels_left -= batch.len();
            self.read(&batch, start, |place, logged| {
                if !self.filter.admits(&logged) {
                    return;
                }
                if page.found.len() < limit {
                    page.found.push(take(logged));
                } else {
                    page.next.get_or_insert(place);
                }
            })
            .await?;
        }
        page.next = page.next.or_else(|| scan.position());
        Ok(page)
    }

    /// Visits every message that the filter admits, in bounded memory.
    pub async fn visit_all(&self, mut visit: impl FnMut(Logged<'_>)) -> Result<(), StoreError> {
        let mut scan = ParcelScan::for_all(self);
        while self.visit_batch(&mut scan, &mut visit).await? {}
        Ok(())
    }

    /// Visits the messages of the next parcels of a scan, newest send first. False at its end.
    pub async fn visit_batch(
        &self,
        scan: &mut ParcelScan<'_>,
        visit: &mut impl FnMut(Logged<'_>),
    ) -> Result<bool, StoreError> {
        let batch = scan.next_batch(scan.parcels_at_once(), usize::MAX).await?;
        self.read(&batch, None, |_, logged| {
            if self.filter.admits(&logged) {
                visit(logged);
            }
        })
        .await?;
        Ok(!(batch.is_empty() && scan.is_exhausted()))
    }

    /// Reads the next parcels of a scan whole, filtered or not. None at its end.
    pub async fn read_batch(
        &self,
        scan: &mut ParcelScan<'_>,
    ) -> Result<Option<Vec<StoredParcel>>, StoreError> {
        let batch = scan.next_batch(scan.parcels_at_once(), usize::MAX).await?;
        if batch.is_empty() && scan.is_exhausted() {
            return Ok(None);
        }
        Ok(Some(self.parcels(&batch).await?.into_values().collect()))
    }

    /// Reads parcels and visits their messages in order, from a place on.
    async fn read(
        &self,
        batch: &[ParcelRef],
        start: Option<MessageId>,
        mut visit: impl FnMut(MessageId, Logged<'_>),
    ) -> Result<(), StoreError> {
        let parcels = self.parcels(batch).await?;
        for ParcelRef { send, number } in batch {
            let parcel = ParcelId { school: self.school, send: send.id, number: *number };
            let Some(stored) = parcels.get(&parcel) else { continue };
            let skipped = start.filter(|first| first.parcel == parcel).map_or(0, |first| first.index);
            let (month, is_final) = (stored.month, stored.is_final());
            let all = stored.messages.iter().zip(stored.states()).zip(stored.charged());
            for (index, ((message, state), is_charged)) in (0_u8..).zip(all).skip(usize::from(skipped)) {
                let id = parcel.message(index);
                let state =
                    if state == MessageState::Queued { send.untouched_state(self.now) } else { state };
                visit(id, Logged { id, send, message, state, month, is_final, is_charged });
            }
        }
        Ok(())
    }

    /// A parcel is written before its send is, so that the latest is read of those that are not there yet.
    async fn parcels(&self, batch: &[ParcelRef]) -> Result<BTreeMap<ParcelId, StoredParcel>, StoreError> {
        let school = self.school;
        let id = |parcel: &ParcelRef| ParcelId { school, send: parcel.send.id, number: parcel.number };
        let wanted: Vec<ParcelId> = batch.iter().map(id).collect();
        let mut found = self.table.parcels(&wanted, self.consistency).await?;
        if self.consistency == Consistency::Eventual && found.len() < wanted.len() {
            let missing: Vec<_> = wanted.into_iter().filter(|parcel| !found.contains_key(parcel)).collect();
            found.extend(self.table.parcels(&missing, Consistency::Strong).await?);
        }
        Ok(found)
    }
}
