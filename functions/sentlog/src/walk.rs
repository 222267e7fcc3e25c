//! A walk through the messages of a school, newest send first.
//!
//! There is no index of messages: a page reads the parcels where they lie.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use shared::{
    delivery::MessageState,
    id::{SchoolId, SendId},
    sending::{MessageReference, ParcelNumber, PlannedMessage, Send},
    store::{StoreError, Table},
};

/// The place of the next message: within a send, messages come in the order in which they left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub send: SendId,
    pub parcel: ParcelNumber,
    pub index: u8,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}/{}", self.send, self.parcel, self.index)
    }
}

/// Not a place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NotAPlace;

impl FromStr for Place {
    type Err = NotAPlace;

    fn from_str(text: &str) -> Result<Self, NotAPlace> {
        let mut parts = text.split('/');
        let (Some(send), Some(parcel), Some(index), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(NotAPlace);
        };
        Ok(Self {
            send: send.parse().map_err(|_| NotAPlace)?,
            parcel: ParcelNumber(parcel.parse().map_err(|_| NotAPlace)?),
            index: index.parse().map_err(|_| NotAPlace)?,
        })
    }
}

/// A message of the log.
#[derive(Clone, Debug)]
pub(crate) struct Logged<'s> {
    pub reference: MessageReference,
    pub send: &'s Send,
    pub message: PlannedMessage,
    pub state: MessageState,
}

/// A page reads at most this many parcels, so that a rare filter answers in time with a short page
/// and a cursor instead of searching for ever.
const MAX_PARCELS: usize = 60;
/// Sends read at once.
const SENDS: i32 = 25;

/// What a page holds, and where the next one starts.
pub(crate) struct Walked<T> {
    pub found: Vec<T>,
    pub next: Option<Place>,
}

/// A walk through the messages of a school.
pub(crate) struct Walk<'t> {
    pub table: &'t Table,
    pub school: SchoolId,
    /// The present instant: what is due later is scheduled.
    pub now: Timestamp,
}

impl Walk<'_> {
    /// Collects up to `limit` messages that `keep` turns into something, from `start` on.
    pub async fn collect<T>(
        &self,
        start: Option<Place>,
        only: Option<SendId>,
        limit: usize,
        mut keep: impl FnMut(Logged<'_>) -> Option<T>,
    ) -> Result<Walked<T>, StoreError> {
        let mut walked = Walked { found: Vec::new(), next: None };
        let mut parcels_read = 0;
        let mut sends = sends_from(self.table, self.school, start, only).await?;
        loop {
            let Some(send) = sends.next() else {
                let Some(before) = sends.rest else { return Ok(walked) };
                sends = Sends::page(self.table, self.school, Some(before)).await?;
                continue;
            };
            let (first_parcel, first_index) = match start {
                Some(place) if place.send == send.id => (place.parcel.0, place.index),
                _ => (0, 0),
            };
            for number in (first_parcel..send.parcels).map(ParcelNumber) {
                if parcels_read == MAX_PARCELS {
                    walked.next = Some(Place { send: send.id, parcel: number, index: 0 });
                    return Ok(walked);
                }
                parcels_read += 1;
                let Some(stored) = self.table.parcel(self.school, send.id, number).await? else { continue };
                let states: Vec<MessageState> = stored.states().collect();
                let skipped = if number.0 == first_parcel { usize::from(first_index) } else { 0 };
                for (index, message) in stored.parcel.messages.into_iter().enumerate().skip(skipped) {
                    let reference = MessageReference {
                        send: send.id,
                        parcel: number,
                        index: u8::try_from(index).unwrap_or(u8::MAX),
                    };
                    if walked.found.len() == limit {
                        walked.next = Some(Place { send: send.id, parcel: number, index: reference.index });
                        return Ok(walked);
                    }
                    let state = match states.get(index) {
                        Some(MessageState::Queued) | None => send.untouched_state(self.now),
                        Some(state) => *state,
                    };
                    walked.found.extend(keep(Logged { reference, send: &send, message, state }));
                }
            }
        }
    }
}

struct Sends {
    page: std::vec::IntoIter<Send>,
    rest: Option<SendId>,
}

impl Sends {
    async fn page(table: &Table, school: SchoolId, before: Option<SendId>) -> Result<Self, StoreError> {
        let (page, rest) = table.sends_page(school, before, SENDS).await?;
        Ok(Self { page: page.into_iter(), rest })
    }

    fn next(&mut self) -> Option<Send> {
        self.page.next()
    }
}

/// The sends to walk through: one, or all from a place on.
async fn sends_from(
    table: &Table,
    school: SchoolId,
    start: Option<Place>,
    only: Option<SendId>,
) -> Result<Sends, StoreError> {
    if let Some(send) = only {
        let found: Vec<Send> = table.send(school, send).await?.into_iter().collect();
        return Ok(Sends { page: found.into_iter(), rest: None });
    }
    match start {
        None => Sends::page(table, school, None).await,
        Some(place) => {
            let first: Vec<Send> = table.send(school, place.send).await?.into_iter().collect();
            Ok(Sends { page: first.into_iter(), rest: Some(place.send) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_from_its_text() {
        let place = Place {
            send: "snd_01J0000000000000000000000B".parse().unwrap(),
            parcel: ParcelNumber(12),
            index: 99,
        };
        assert_eq!(place.to_string().parse::<Place>().unwrap(), place);
        for text in ["", "snd_01J0000000000000000000000B/1", "snd_01J0000000000000000000000B/1/2/3", "a/b/c"]
        {
            assert!(text.parse::<Place>().is_err());
        }
    }
}
