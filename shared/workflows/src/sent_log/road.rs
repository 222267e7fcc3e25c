//! The parcels on the way of a walk, found without reading them.

use std::{collections::VecDeque, ops::Range, sync::Arc};

use super::Walk;
use domain::{
    id::{ParcelNumber, SendId},
    sending::{PARCEL_SIZE, Send},
    sent_log::Mention,
};
use domain::{
    sent_log::{Place, sends_due_in},
    span::Span,
};
use store::{Freshness, StoreError, Table};

/// A parcel on the road, with its send.
pub(super) struct Milestone {
    pub send: Arc<Send>,
    pub number: ParcelNumber,
}

impl Milestone {
    /// How many messages it has.
    fn messages(&self) -> usize {
        let before = usize::from(self.number.0) * PARCEL_SIZE;
        (self.send.totals.messages as usize).saturating_sub(before).min(PARCEL_SIZE)
    }
}

/// Sends read with a call, for a page that may end soon.
const SENDS_OF_A_PAGE: i32 = 100;
/// Parcels held in memory at once.
const PARCELS_AT_ONCE: usize = 4 * Table::PARCELS_A_CALL;

/// The parcels that may hold what is wanted, newest send first.
pub struct Road<'w> {
    walk: &'w Walk<'w>,
    milestones: VecDeque<Milestone>,
    /// The sends that are not looked at yet.
    rest: Option<Range<SendId>>,
    /// Sends of a call; a megabyte of them where none is told.
    sends_a_call: Option<i32>,
    start: Option<Place>,
    looks_ahead: usize,
    /// Parcels held in memory at once.
    parcels_at_once: usize,
    sends_found: u32,
}

/// A send, and which of its parcels are to be read.
type OnTheWay = (Send, Vec<u16>);

impl<'w> Road<'w> {
    /// The road of one page, from a place on.
    pub(super) fn of_a_page(walk: &'w Walk<'w>, start: Option<Place>) -> Self {
        let sends_a_call = walk.filter.takes_all_sends().then_some(SENDS_OF_A_PAGE);
        Self { sends_a_call, ..Self::new(walk, start) }
    }

    /// The road of all that is wanted.
    pub fn of_all(walk: &'w Walk<'w>) -> Self {
        Self::new(walk, None)
    }

    /// The road of all that is wanted, for whoever writes it down while others read: little of it is held at once.
    pub fn of_a_file(walk: &'w Walk<'w>) -> Self {
        Self { parcels_at_once: Table::PARCELS_A_CALL, ..Self::new(walk, None) }
    }

    fn new(walk: &'w Walk<'w>, start: Option<Place>) -> Self {
        let mut rest = sends_due_in(&walk.filter.span.unwrap_or(Span::ALWAYS));
        if let Some(place) = start {
            rest.end = rest.end.min(place.send.following());
        }
        let rest = (rest.start < rest.end).then_some(rest);
        Self {
            walk,
            milestones: VecDeque::new(),
            rest,
            sends_a_call: None,
            start,
            looks_ahead: 0,
            parcels_at_once: PARCELS_AT_ONCE,
            sends_found: 0,
        }
    }

    /// How often more sends were asked for.
    pub(super) const fn looks_ahead(&self) -> usize {
        self.looks_ahead
    }

    /// How many parcels are held in memory at once.
    pub(super) const fn parcels_at_once(&self) -> usize {
        self.parcels_at_once
    }

    /// The sends found so far that may hold what is wanted.
    pub const fn sends_found(&self) -> u32 {
        self.sends_found
    }

    /// Those of them of which nothing is left on the road.
    pub fn sends_passed(&self) -> u32 {
        let mut ahead: Vec<SendId> = self.milestones.iter().map(|milestone| milestone.send.id).collect();
        ahead.dedup();
        let ahead = u32::try_from(ahead.len()).expect("few sends are held at once");
        self.sends_found.checked_sub(ahead).expect("what is ahead was found")
    }

    /// Whether nothing is left on it.
    pub(super) fn is_at_its_end(&self) -> bool {
        self.milestones.is_empty() && self.rest.is_none()
    }

    /// The next parcels: up to a number of them, or as many as hold so many messages. Asks for more sends once at
    /// most; there may be none before the end.
    pub(super) async fn stretch(
        &mut self,
        most: usize,
        mut messages: usize,
    ) -> Result<Vec<Milestone>, StoreError> {
        if self.milestones.is_empty() {
            self.look_ahead().await?;
        }
        let mut stretch = Vec::new();
        while stretch.len() < most
            && messages > 0
            && let Some(milestone) = self.milestones.pop_front()
        {
            // The last of them may hold more than is wanted.
            messages = messages.saturating_sub(milestone.messages());
            stretch.push(milestone);
        }
        Ok(stretch)
    }

    /// The place of what comes next; none at the end. What is not looked at yet may hold nothing: the next page tells.
    pub(super) fn ahead(&self) -> Option<Place> {
        let next = self.milestones.front().map(|milestone| (milestone.send.id, milestone.number));
        let next = next.or_else(|| Some((self.rest.as_ref()?.end.preceding(), ParcelNumber(0))));
        next.map(|(send, parcel)| Place { send, parcel, index: 0 })
    }

    async fn look_ahead(&mut self) -> Result<(), StoreError> {
        let Some(rest) = self.rest.take() else { return Ok(()) };
        self.looks_ahead += 1;
        let filter = self.walk.filter;
        let (sends, next) = match (filter.send, filter.mention()) {
            (Some(send), _) => (self.one(send).await?, None),
            (None, Some(mention)) => self.mentioning(mention, rest.clone()).await?,
            (None, None) => self.between(rest.clone()).await?,
        };
        self.rest = next.map(|next| rest.start..next).filter(|rest| rest.start < rest.end);
        for (send, parcels) in sends.into_iter().filter(|(send, _)| filter.admits_send(send)) {
            let first = self.start.filter(|place| place.send == send.id).map_or(0, |place| place.parcel.0);
            let send = Arc::new(send);
            self.sends_found += 1;
            let parcels = parcels.into_iter().filter(|number| *number >= first).map(ParcelNumber);
            self.milestones.extend(parcels.map(|number| Milestone { send: send.clone(), number }));
        }
        Ok(())
    }

    /// The one send that is wanted.
    async fn one(&self, send: SendId) -> Result<Vec<OnTheWay>, StoreError> {
        let found = self.walk.table.send(self.walk.school, send).await?;
        Ok(found.into_iter().map(whole).collect())
    }

    /// The sends of a span, and where the next ones start. One that was accepted a moment ago is there.
    async fn between(&self, span: Range<SendId>) -> Result<(Vec<OnTheWay>, Option<SendId>), StoreError> {
        let freshness = if self.sends_a_call.is_some() { Freshness::Latest } else { self.walk.freshness };
        let Walk { table, school, .. } = *self.walk;
        let (sends, next) = table.sends_between(school, span, self.sends_a_call, freshness).await?;
        Ok((sends.into_iter().map(whole).collect(), next))
    }

    /// The parcels of a span that may mention somebody, and where the next ones start.
    async fn mentioning(
        &self,
        mention: Mention,
        span: Range<SendId>,
    ) -> Result<(Vec<OnTheWay>, Option<SendId>), StoreError> {
        let Walk { table, school, freshness, .. } = *self.walk;
        let (mentions, next) = table.mentions(school, span).await?;
        let parcels = mentions.into_iter().map(|(send, mentions)| (send, mentions.of(mention).collect()));
        let mut parcels: Vec<(SendId, Vec<u16>)> =
            parcels.filter(|(_, parcels): &(_, Vec<u16>)| !parcels.is_empty()).collect();
        let names: Vec<SendId> = parcels.iter().map(|(send, _)| *send).collect();
        let mut sends = table.sends_named(school, &names, freshness).await?;
        // Of a send that did not come to be, the mentions may be left.
        let found = parcels.drain(..).filter_map(|(send, parcels)| Some((sends.remove(&send)?, parcels)));
        Ok((found.collect(), next))
    }
}

fn whole(send: Send) -> OnTheWay {
    let parcels = if send.tally.is_some() { 0 } else { send.parcels };
    (send, (0..parcels).collect())
}
