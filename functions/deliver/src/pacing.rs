//! Enforces a carrier's rate: a worker books a lane before a block leaves.

use std::time::Duration;

use domain::{
    clock::{earlier, later},
    delivery::{Booking, CarrierName, PartsPerSecond},
    sending::PlannedMessage,
};
use jiff::{SignedDuration, Timestamp};
use store::{LaneBooked, StoreError, Table};

use crate::deps::Deps;

/// A worker's booking at one carrier.
pub(crate) struct Pacing<'d> {
    deps: &'d Deps,
    carrier: CarrierName,
    pace: Option<PartsPerSecond>,
    patience: SignedDuration,
    booking: Option<Booking>,
}

/// The departure of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// At this instant, which is near.
    At(Timestamp),
    /// Every lane is booked for longer than a worker waits.
    NoCapacity,
}

/// The time between the write of a claim and its block's turn, so that the block leaves in time.
pub(crate) const WRITE: SignedDuration = SignedDuration::from_millis(15);
/// Waiting a second for a lane costs as much as a new queue message: a function of 128 MB is billed 1.7 µ$
/// for it, and three queue requests, an invocation and four reads some 1.8 µ$.
const PATIENCE: SignedDuration = SignedDuration::from_secs(1);
/// A booking is extended this long before the beat that needs it: time for two writes.
const EXTENDED_BEFORE: SignedDuration = SignedDuration::from_millis(40);
/// The patience of parcels with a place, of parcels in progress, and of the first parcel of a send: later
/// arrivals must not overtake them forever.
const PATIENCE_WITH_A_PLACE: SignedDuration = SignedDuration::from_secs(2);
/// The margin before a place begins: the queue counts in whole seconds.
const EARLY: SignedDuration = SignedDuration::from_secs(1);

impl<'d> Pacing<'d> {
    /// `has_a_place`: the parcel may wait longer than others.
    pub fn new(deps: &'d Deps, carrier: CarrierName, has_a_place: bool) -> Self {
        let patience = if has_a_place { PATIENCE_WITH_A_PLACE } else { PATIENCE };
        Self { deps, carrier, pace: deps.carriers.pace(carrier), patience, booking: None }
    }

    /// The segments of a message that count towards the rate: none without a rate.
    pub fn parts(&self, message: &PlannedMessage) -> u32 {
        if self.pace.is_some() { u32::from(message.segments.get()) } else { 0 }
    }

    /// The most segments that may leave at once; a longer text leaves alone.
    pub fn parts_per_block(&self) -> u32 {
        // The lanes of a cap differ by one segment: before a lane is known, the smallest counts.
        match (&self.booking, self.pace) {
            (Some(booking), _) => booking.lane.parts_per_block,
            (None, Some(cap)) => cap.lane(cap.lanes() - 1).parts_per_block,
            (None, None) => u32::MAX,
        }
    }

    /// The turn of a block of `parts` segments. Books for `left`, all that wait, as far as a booking may
    /// reach.
    pub async fn turn(&mut self, parts: u32, left: u32) -> Result<Turn, StoreError> {
        let Some(cap) = self.pace.filter(|_| parts > 0) else { return Ok(Turn::At(self.now())) };
        if let Some(at) = self.booking.and_then(|booking| booking.turn(parts, self.now())) {
            return Ok(self.near(at));
        }
        let blocks = left.div_ceil(self.parts_per_block()).clamp(1, cap.blocks_per_booking());
        if let Some(booking) = self.booking {
            // As late as possible: parcels that arrive meanwhile get the next beats.
            self.sleep_until(earlier(booking.next(parts, self.now()), EXTENDED_BEFORE)).await;
            let extended = booking.extended(parts, blocks, self.now());
            let booked = self
                .table()
                .book_lane(self.carrier, booking.lane.number, Some(booking.until), extended.until)
                .await?;
            if booked == LaneBooked::Ours {
                self.booking = Some(extended);
                return Ok(self.near(extended.turn(parts, self.now()).unwrap_or(extended.until)));
            }
            // Another parcel booked after us: it is next.
            self.booking = None;
            self.patience = PATIENCE_WITH_A_PLACE;
        }
        self.book(cap, parts, blocks).await
    }

    /// Waits for the turn of a claimed block, because the write may have missed it. Returns whether there is
    /// one.
    pub async fn wait_for_turn(&mut self, parts: u32, left: u32) -> Result<bool, StoreError> {
        loop {
            let Turn::At(at) = self.turn(parts, left).await? else { return Ok(false) };
            self.sleep_until(at).await;
            if parts == 0 || Booking::is_in_time(at, self.now()) {
                return Ok(true);
            }
        }
    }

    /// Books the lane that is free first.
    async fn book(&mut self, cap: PartsPerSecond, parts: u32, blocks: u32) -> Result<Turn, StoreError> {
        let mut lanes = self.table().lanes(self.carrier, cap.lanes()).await?;
        loop {
            // A beat before the claim is written would be missed.
            let ready = later(self.now(), WRITE);
            let first = (0_u16..)
                .zip(&lanes)
                .map(|(number, until)| {
                    let free_at = until.unwrap_or(Timestamp::UNIX_EPOCH);
                    (Booking::new(cap.lane(number), free_at, parts, blocks, ready), *until)
                })
                .min_by_key(|(booking, _)| booking.from);
            let Some((booking, believed)) = first else { return Ok(Turn::NoCapacity) };
            if booking.from.duration_since(self.now()) > self.patience {
                return Ok(Turn::NoCapacity);
            }
            match self.table().book_lane(self.carrier, booking.lane.number, believed, booking.until).await? {
                LaneBooked::Ours => {
                    self.booking = Some(booking);
                    return Ok(Turn::At(booking.turn(parts, self.now()).unwrap_or(booking.from)));
                }
                LaneBooked::BookedUntil(until) => lanes[usize::from(booking.lane.number)] = Some(until),
            }
        }
    }

    /// Records that a block leaves now.
    pub fn leaves(&mut self, parts: u32) {
        let now = self.now();
        if let Some(booking) = self.booking.as_mut().filter(|_| parts > 0) {
            booking.record_departure(parts, now);
        }
    }

    /// Assigns a place to a parcel that found no capacity. Returns its beginning.
    pub async fn place(&self, parts: u32) -> Result<Timestamp, StoreError> {
        let takes = self.pace.map_or(SignedDuration::ZERO, |cap| cap.duration_of(parts.into()));
        self.table().give_place(self.carrier, takes, self.now()).await
    }

    /// The delay until a parcel with a place returns.
    pub fn until_place(place: Timestamp, now: Timestamp) -> Duration {
        Duration::try_from(place.duration_since(now) - EARLY).unwrap_or(Duration::ZERO)
    }

    fn near(&self, at: Timestamp) -> Turn {
        if at.duration_since(self.now()) > self.patience { Turn::NoCapacity } else { Turn::At(at) }
    }

    async fn sleep_until(&self, instant: Timestamp) {
        tokio::time::sleep(Duration::try_from(instant.duration_since(self.now())).unwrap_or_default()).await;
    }

    fn table(&self) -> &'d Table {
        &self.deps.table
    }

    fn now(&self) -> Timestamp {
        self.deps.clock.now()
    }
}
