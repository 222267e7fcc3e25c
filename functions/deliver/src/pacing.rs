//! Keeping to the carrier's pace: a lane is booked before a block leaves.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use shared::{
    delivery::{Booking, PartsPerSecond},
    store::{LaneBooked, StoreError, Table},
};

use crate::Deps;

/// A worker's place at the carrier.
pub(crate) struct Pacing<'d> {
    deps: &'d Deps,
    booking: Option<Booking>,
}

/// When a block may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// At this instant, which is near.
    At(Timestamp),
    /// Every lane is taken for longer than it is worth to wait.
    TurnedAway,
}

/// Waiting a second for a lane costs as much as coming back: a function of 128 MB is billed 1.7 µ$ for
/// it, and three queue requests, an invocation and three reads some 1.8 µ$.
const PATIENCE: SignedDuration = SignedDuration::from_secs(1);
/// A parcel that found no lane waits this long, then twice as long, up to a quarter of an hour.
const TURNED_AWAY_S: u64 = 2;
const LONGEST_S: u64 = 900;

impl<'d> Pacing<'d> {
    pub fn new(deps: &'d Deps) -> Self {
        Self { deps, booking: None }
    }

    /// The most parts that may leave at once; a longer text leaves alone.
    pub fn parts_per_block(&self) -> u32 {
        // The lanes of a cap differ by one part: the smallest decides before a lane is known.
        match (&self.booking, self.deps.pace) {
            (Some(booking), _) => booking.lane.parts_per_block,
            (None, Some(cap)) => cap.lane(cap.lanes() - 1).parts_per_block,
            (None, None) => u32::MAX,
        }
    }

    /// When a block of so many parts may leave; `left` parts are waiting, for which a lane is booked at
    /// once as far as bookings go.
    pub async fn turn(&mut self, parts: u32, left: u32) -> Result<Turn, StoreError> {
        let Some(cap) = self.deps.pace.filter(|_| parts > 0) else { return Ok(Turn::At(self.now())) };
        if let Some(at) = self.booking.and_then(|booking| booking.turn(parts, self.now())) {
            return Ok(self.near(at));
        }
        let blocks = left.div_ceil(self.parts_per_block()).clamp(1, cap.blocks_per_booking());
        if let Some(booking) = self.booking {
            let extended = booking.extended(parts, blocks, self.now());
            let booked =
                self.table().book_lane(booking.lane.number, Some(booking.until), extended.until).await?;
            if booked == LaneBooked::Ours {
                self.booking = Some(extended);
                return Ok(self.near(extended.turn(parts, self.now()).unwrap_or(extended.until)));
            }
            // Somebody waits behind us: it is their turn.
            self.booking = None;
        }
        self.book(cap, parts, blocks).await
    }

    /// Books the lane that is free first.
    async fn book(&mut self, cap: PartsPerSecond, parts: u32, blocks: u32) -> Result<Turn, StoreError> {
        let mut lanes = self.table().lanes(cap.lanes()).await?;
        loop {
            let free_first = (0_u16..).zip(&lanes).min_by_key(|(_, until)| **until);
            let Some((number, believed)) = free_first.map(|(number, until)| (number, *until)) else {
                return Ok(Turn::TurnedAway);
            };
            let lane = cap.lane(number);
            let free_at = believed.unwrap_or(Timestamp::UNIX_EPOCH);
            let booking = Booking::new(lane, free_at, parts, blocks, self.now());
            if booking.from.duration_since(self.now()) > PATIENCE {
                return Ok(Turn::TurnedAway);
            }
            match self.table().book_lane(number, believed, booking.until).await? {
                LaneBooked::Ours => {
                    self.booking = Some(booking);
                    return Ok(Turn::At(booking.turn(parts, self.now()).unwrap_or(booking.from)));
                }
                LaneBooked::BookedUntil(until) => lanes[usize::from(number)] = Some(until),
            }
        }
    }

    /// Notes that a block leaves now.
    pub fn leaves(&mut self, parts: u32) {
        let now = self.now();
        if let Some(booking) = self.booking.as_mut().filter(|_| parts > 0) {
            booking.left(parts, now);
        }
    }

    /// How long a parcel waits that was turned away so many times before.
    pub fn until_next_try(turned_away: u8) -> Duration {
        Duration::from_secs(TURNED_AWAY_S.checked_shl(turned_away.into()).unwrap_or(LONGEST_S).min(LONGEST_S))
    }

    fn near(&self, at: Timestamp) -> Turn {
        if at.duration_since(self.now()) > PATIENCE { Turn::TurnedAway } else { Turn::At(at) }
    }

    fn table(&self) -> &'d Table {
        &self.deps.table
    }

    fn now(&self) -> Timestamp {
        self.deps.clock.now()
    }
}
