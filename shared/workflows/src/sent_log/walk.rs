//! A walk through the messages of a school, newest send first.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::road::{Milestone, Road};
use domain::{
    delivery::MessageState,
    id::{MessageReference, SchoolId},
    sent_log::{Filter, Logged, Place},
};
use store::{Consistency, ParcelOf, StoreError, StoredParcel, Table};

/// What a page holds, and where the next one starts.
#[derive(Debug)]
pub struct Walked<T> {
    /// What was found.
    pub found: Vec<T>,
    /// The next place to look at; none at the end.
    pub next: Option<Place>,
}

/// A walk through the messages of a school.
#[derive(Clone, Copy)]
pub struct Walk<'w> {
    /// Where they are.
    pub table: &'w Table,
    /// Whose they are.
    pub school: SchoolId,
    /// Which of them.
    pub filter: &'w Filter,
    /// How new they must be.
    pub consistency: Consistency,
    /// The present instant: what is due later is scheduled.
    pub now: Timestamp,
}

/// Parcels read for a page: one call reads thirty-three, so that a first page takes three calls with that for its
/// sends.
const PARCELS_OF_A_PAGE: usize = 2 * Table::PARCELS_A_CALL;
/// Where few of the messages read are wanted, a page reads as many as answer within a second or so, and may be short.
const PARCELS_OF_A_SEARCH: usize = 10 * Table::PARCELS_A_CALL;
/// How often a page asks for more sends, a megabyte of them in a search, before it leaves the rest to the next page.
const LOOKS_AHEAD: usize = 10;

impl Walk<'_> {
    /// Collects up to `limit` messages from `start` on. A page may have fewer, and still a next place, where its
    /// messages lie in many parcels or few of those read are wanted.
    pub async fn page<T>(
        &self,
        start: Option<Place>,
        limit: usize,
        mut take: impl FnMut(Logged<'_>) -> T,
    ) -> Result<Walked<T>, StoreError> {
        let mut walked = Walked { found: Vec::new(), next: None };
        let mut road = Road::of_a_page(self, start);
        let is_search = !self.filter.takes_whole_sends();
        let mut parcels_left = if is_search { PARCELS_OF_A_SEARCH } else { PARCELS_OF_A_PAGE };
        while parcels_left > 0 && walked.found.len() < limit && road.looks_ahead() <= LOOKS_AHEAD {
            let messages = if is_search { usize::MAX } else { limit - walked.found.len() };
            let stretch = road.stretch(parcels_left.min(PARCELS_OF_A_PAGE), messages).await?;
            if stretch.is_empty() && road.is_at_its_end() {
                return Ok(walked);
            }
            parcels_left -= stretch.len();
            self.read(&stretch, start, |place, logged| {
                if !self.filter.admits(&logged) {
                    return;
                }
                if walked.found.len() < limit {
                    walked.found.push(take(logged));
                } else {
                    walked.next.get_or_insert(place);
                }
            })
            .await?;
        }
        walked.next = walked.next.or_else(|| road.ahead());
        Ok(walked)
    }

    /// Visits all messages that are wanted, in bounded memory.
    pub async fn all(&self, mut visit: impl FnMut(Logged<'_>)) -> Result<(), StoreError> {
        let mut road = Road::of_all(self);
        while self.some(&mut road, &mut visit).await? {}
        Ok(())
    }

    /// Visits the messages of the next parcels of a road, in the order of the walk. False at its end.
    pub async fn some(
        &self,
        road: &mut Road<'_>,
        visit: &mut impl FnMut(Logged<'_>),
    ) -> Result<bool, StoreError> {
        let stretch = road.stretch(road.parcels_at_once(), usize::MAX).await?;
        self.read(&stretch, None, |_, logged| {
            if self.filter.admits(&logged) {
                visit(logged);
            }
        })
        .await?;
        Ok(!(stretch.is_empty() && road.is_at_its_end()))
    }

    /// The next parcels of a road as they are stored, whatever else they hold. None at its end.
    pub async fn parcels_on(&self, road: &mut Road<'_>) -> Result<Option<Vec<StoredParcel>>, StoreError> {
        let stretch = road.stretch(road.parcels_at_once(), usize::MAX).await?;
        if stretch.is_empty() && road.is_at_its_end() {
            return Ok(None);
        }
        Ok(Some(self.parcels(&stretch).await?.into_values().collect()))
    }

    /// Reads parcels and visits their messages in order, from a place on.
    async fn read(
        &self,
        stretch: &[Milestone],
        start: Option<Place>,
        mut visit: impl FnMut(Place, Logged<'_>),
    ) -> Result<(), StoreError> {
        let parcels = self.parcels(stretch).await?;
        for Milestone { send, number } in stretch {
            let Some(stored) = parcels.get(&ParcelOf { send: send.id, number: *number }) else { continue };
            let skipped = match start {
                Some(place) if place.send == send.id && place.parcel == *number => place.index,
                _ => 0,
            };
            let (month, is_final) = (stored.month, stored.is_final());
            let all = stored.messages.iter().zip(stored.states()).zip(stored.charged());
            for (index, ((message, state), is_charged)) in (0_u8..).zip(all).skip(usize::from(skipped)) {
                let reference = MessageReference { send: send.id, parcel: *number, index };
                let state =
                    if state == MessageState::Queued { send.untouched_state(self.now) } else { state };
                let place = Place { send: send.id, parcel: *number, index };
                visit(place, Logged { reference, send, message, state, month, is_final, is_charged });
            }
        }
        Ok(())
    }

    /// A parcel is written before its send is, so that the latest is read of those that are not there yet.
    async fn parcels(&self, stretch: &[Milestone]) -> Result<BTreeMap<ParcelOf, StoredParcel>, StoreError> {
        let wanted: Vec<ParcelOf> =
            stretch.iter().map(|stone| ParcelOf { send: stone.send.id, number: stone.number }).collect();
        let mut found = self.table.parcels(self.school, &wanted, self.consistency).await?;
        if self.consistency == Consistency::Eventual && found.len() < wanted.len() {
            let missing: Vec<_> = wanted.into_iter().filter(|parcel| !found.contains_key(parcel)).collect();
            found.extend(self.table.parcels(self.school, &missing, Consistency::Strong).await?);
        }
        Ok(found)
    }
}
