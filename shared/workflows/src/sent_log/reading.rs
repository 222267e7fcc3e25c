//! Reading the matches of a query: by page, by batch, or completely.

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

/// A page and the start of the next one.
#[derive(Debug)]
pub struct LogPage<T> {
    pub found: Vec<T>,
    /// The next place to look at; none at the end.
    pub next: Option<MessageId>,
}

/// Parcels read for a page: one call reads 33, so a first page takes three calls, including the one for
/// its sends.
const PARCELS_OF_A_PAGE: usize = 2 * Table::PARCELS_A_CALL;
/// With few matches, a page reads as many parcels as fit into about a second, and may be short.
const PARCELS_OF_A_SEARCH: usize = 10 * Table::PARCELS_A_CALL;
/// Calls for more sends by one page, a megabyte each in a search, before it leaves the rest to the next
/// page.
const MAX_LOOKUPS: usize = 10;

impl LogQuery<'_> {
    /// Collects up to `limit` messages from `start`. A page may have fewer and still a next position,
    /// if its messages are spread over many parcels or few match.
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

    /// Visits every match, in bounded memory.
    pub async fn visit_all(&self, mut visit: impl FnMut(Logged<'_>)) -> Result<(), StoreError> {
        let mut scan = ParcelScan::for_all(self);
        while self.visit_batch(&mut scan, &mut visit).await? {}
        Ok(())
    }

    /// Visits the matches in the next parcels of a scan, newest send first. False at its end.
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

    /// Reads the next parcels of a scan completely, unfiltered. `None` at its end.
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

    /// Reads parcels and visits their messages in order, from a position.
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
