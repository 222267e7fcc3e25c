//! Scanning for the parcels that a query may match, without reading them.

use std::{collections::VecDeque, ops::Range, sync::Arc};

use super::query::LogQuery;
use domain::{
    id::{MessageId, ParcelId, ParcelNumber, SendId},
    sending::{PARCEL_SIZE, Send},
    sent_log::Mention,
};
use domain::{sent_log::sends_due_in, span::Span};
use store::{Consistency, StoreError, Table};

/// A parcel to read, with its send.
pub(super) struct ParcelRef {
    pub send: Arc<Send>,
    pub number: ParcelNumber,
}

impl ParcelRef {
    /// Returns the number of messages.
    fn messages(&self) -> usize {
        let before = usize::from(self.number.0) * PARCEL_SIZE;
        (self.send.totals.messages as usize).saturating_sub(before).min(PARCEL_SIZE)
    }
}

/// Sends per call, for a page that may end soon.
const SENDS_OF_A_PAGE: i32 = 100;
/// Parcels in memory concurrently.
const PARCELS_AT_ONCE: usize = 4 * Table::PARCELS_A_CALL;

/// The parcels that may contain a match, newest send first.
pub struct ParcelScan<'w> {
    query: &'w LogQuery<'w>,
    parcels: VecDeque<ParcelRef>,
    /// The sends not yet read.
    rest: Option<Range<SendId>>,
    /// Sends per call; a megabyte if `None`.
    sends_a_call: Option<i32>,
    start: Option<MessageId>,
    lookups: usize,
    /// Parcels in memory concurrently.
    parcels_at_once: usize,
    sends_found: u32,
}

/// A send, and the numbers of its parcels to read.
type SendAndParcels = (Send, Vec<u16>);

impl<'w> ParcelScan<'w> {
    /// The scan for one page, from a place on.
    pub(super) fn for_page(query: &'w LogQuery<'w>, start: Option<MessageId>) -> Self {
        let sends_a_call = query.filter.takes_all_sends().then_some(SENDS_OF_A_PAGE);
        Self { sends_a_call, ..Self::new(query, start) }
    }

    /// Creates a scan for every message.
    pub fn for_all(query: &'w LogQuery<'w>) -> Self {
        Self::new(query, None)
    }

    /// Creates a scan for an export, which is read while it is written: few parcels in memory.
    pub fn for_file(query: &'w LogQuery<'w>) -> Self {
        Self { parcels_at_once: Table::PARCELS_A_CALL, ..Self::new(query, None) }
    }

    fn new(query: &'w LogQuery<'w>, start: Option<MessageId>) -> Self {
        let mut rest = sends_due_in(&query.filter.span.unwrap_or(Span::ALWAYS));
        if let Some(place) = start {
            rest.end = rest.end.min(place.parcel.send.following());
        }
        let rest = (rest.start < rest.end).then_some(rest);
        Self {
            query,
            parcels: VecDeque::new(),
            rest,
            sends_a_call: None,
            start,
            lookups: 0,
            parcels_at_once: PARCELS_AT_ONCE,
            sends_found: 0,
        }
    }

    /// Returns the number of calls for sends.
    pub(super) const fn lookups(&self) -> usize {
        self.lookups
    }

    /// Returns the number of parcels in memory.
    pub(super) const fn parcels_at_once(&self) -> usize {
        self.parcels_at_once
    }

    /// Returns the number of candidate sends found.
    pub const fn sends_found(&self) -> u32 {
        self.sends_found
    }

    /// Returns the number of candidate sends fully read.
    pub fn sends_passed(&self) -> u32 {
        let mut ahead: Vec<SendId> = self.parcels.iter().map(|parcel| parcel.send.id).collect();
        ahead.dedup();
        let ahead = u32::try_from(ahead.len()).expect("few sends are held at once");
        self.sends_found.checked_sub(ahead).expect("what is ahead was found")
    }

    /// Whether the scan has ended.
    pub(super) fn is_exhausted(&self) -> bool {
        self.parcels.is_empty() && self.rest.is_none()
    }

    /// Returns the next parcels, up to a number of parcels or of messages. Calls for more sends at most
    /// once; may be empty before the end.
    pub(super) async fn next_batch(
        &mut self,
        most: usize,
        mut messages: usize,
    ) -> Result<Vec<ParcelRef>, StoreError> {
        if self.parcels.is_empty() {
            self.look_up().await?;
        }
        let mut batch = Vec::new();
        while batch.len() < most
            && messages > 0
            && let Some(parcel) = self.parcels.pop_front()
        {
            messages = messages.saturating_sub(parcel.messages());
            batch.push(parcel);
        }
        Ok(batch)
    }

    /// The place of what comes next; none at the end. What is not looked at yet may hold nothing: the next page tells.
    pub(super) fn position(&self) -> Option<MessageId> {
        let next = self.parcels.front().map(|parcel| (parcel.send.id, parcel.number));
        let next = next.or_else(|| Some((self.rest.as_ref()?.end.preceding(), ParcelNumber(0))));
        let school = self.query.school;
        next.map(|(send, number)| ParcelId { school, send, number }.message(0))
    }

    async fn look_up(&mut self) -> Result<(), StoreError> {
        let Some(rest) = self.rest.take() else { return Ok(()) };
        self.lookups += 1;
        let filter = self.query.filter;
        let (sends, next) = match (filter.send, filter.mention()) {
            (Some(send), _) => (self.one(send).await?, None),
            (None, Some(mention)) => self.mentioning(mention, rest.clone()).await?,
            (None, None) => self.between(rest.clone()).await?,
        };
        self.rest = next.map(|next| rest.start..next).filter(|rest| rest.start < rest.end);
        for (send, parcels) in sends.into_iter().filter(|(send, _)| filter.admits_send(send)) {
            let first = self
                .start
                .filter(|first| first.parcel.send == send.id)
                .map_or(0, |first| first.parcel.number.0);
            let send = Arc::new(send);
            self.sends_found += 1;
            let parcels = parcels.into_iter().filter(|number| *number >= first).map(ParcelNumber);
            self.parcels.extend(parcels.map(|number| ParcelRef { send: send.clone(), number }));
        }
        Ok(())
    }

    /// Reads the only candidate send.
    async fn one(&self, send: SendId) -> Result<Vec<SendAndParcels>, StoreError> {
        let found = self.query.table.send(self.query.school, send).await?;
        Ok(found.into_iter().map(whole).collect())
    }

    /// Reads the sends of a span, and the start of the next ones. Includes a send accepted a moment
    /// ago.
    async fn between(
        &self,
        span: Range<SendId>,
    ) -> Result<(Vec<SendAndParcels>, Option<SendId>), StoreError> {
        let consistency =
            if self.sends_a_call.is_some() { Consistency::Strong } else { self.query.consistency };
        let LogQuery { table, school, .. } = *self.query;
        let (sends, next) = table.sends_between(school, span, self.sends_a_call, consistency).await?;
        Ok((sends.into_iter().map(whole).collect(), next))
    }

    /// Reads the parcels of a span with a mention, and the start of the next ones.
    async fn mentioning(
        &self,
        mention: Mention,
        span: Range<SendId>,
    ) -> Result<(Vec<SendAndParcels>, Option<SendId>), StoreError> {
        let LogQuery { table, school, consistency, .. } = *self.query;
        let (mentions, next) = table.mentions(school, span).await?;
        let parcels = mentions.into_iter().map(|(send, mentions)| (send, mentions.of(mention).collect()));
        let mut parcels: Vec<(SendId, Vec<u16>)> =
            parcels.filter(|(_, parcels): &(_, Vec<u16>)| !parcels.is_empty()).collect();
        let names: Vec<SendId> = parcels.iter().map(|(send, _)| *send).collect();
        let mut sends = table.sends_named(school, &names, consistency).await?;
        // Mentions may outlive a send that was never accepted.
        let found = parcels.drain(..).filter_map(|(send, parcels)| Some((sends.remove(&send)?, parcels)));
        Ok((found.collect(), next))
    }
}

fn whole(send: Send) -> SendAndParcels {
    let parcels = if send.tally.is_some() { 0 } else { send.parcels };
    (send, (0..parcels).collect())
}
