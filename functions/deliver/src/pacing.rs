//! Keeping to a carrier's pace: a lane is booked before a block leaves.

use std::time::Duration;

use domain::{
    delivery::{Booking, CarrierName, PartsPerSecond},
    sending::PlannedMessage,
};
use jiff::{SignedDuration, Timestamp};
use store::{LaneBooked, StoreError, Table};

use crate::deps::Deps;

/// A worker's place at one carrier.
pub(crate) struct Pacing<'d> {
    deps: &'d Deps,
    carrier: CarrierName,
    pace: Option<PartsPerSecond>,
    patience: SignedDuration,
    booking: Option<Booking>,
}

/// When a block may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// At this instant, which is near.
    At(Timestamp),
    /// Every lane is taken for longer than it is worth to wait.
    NoCapacity,
}

/// A claim is written this long before its block's turn, so that the block leaves in time.
pub(crate) const WRITE: SignedDuration = SignedDuration::from_millis(15);
/// Waiting a second for a lane costs as much as coming back: a function of 128 MB is billed 1.7 µ$ for
/// it, and three queue requests, an invocation and four reads some 1.8 µ$.
const PATIENCE: SignedDuration = SignedDuration::from_secs(1);
/// A booking is prolonged this long before the beat for which it is needed: time for two writes.
const EXTENDED_BEFORE: SignedDuration = SignedDuration::from_millis(40);
/// Who has a place, or has begun, or is the first of its send, waits this long: nobody who has just come
/// is to be in front of them for ever.
const PATIENCE_WITH_A_PLACE: SignedDuration = SignedDuration::from_secs(2);
/// A parcel comes back a little before its place begins: the queue counts in whole seconds.
const EARLY: SignedDuration = SignedDuration::from_secs(1);

impl<'d> Pacing<'d> {
    /// A worker's place at a carrier; `has_a_place` for a parcel that may wait longer than others.
    pub fn new(deps: &'d Deps, carrier: CarrierName, has_a_place: bool) -> Self {
        let patience = if has_a_place { PATIENCE_WITH_A_PLACE } else { PATIENCE };
        Self { deps, carrier, pace: deps.carriers.pace(carrier), patience, booking: None }
    }

    /// How many parts of the pace a message takes: none where there is no pace.
    pub fn parts(&self, message: &PlannedMessage) -> u32 {
        if self.pace.is_some() { u32::from(message.segments.get()) } else { 0 }
    }

    /// The most parts that may leave at once; a longer text leaves alone.
    pub fn parts_per_block(&self) -> u32 {
        // The lanes of a cap differ by one part: the smallest decides before a lane is known.
        match (&self.booking, self.pace) {
            (Some(booking), _) => booking.lane.parts_per_block,
            (None, Some(cap)) => cap.lane(cap.lanes() - 1).parts_per_block,
            (None, None) => u32::MAX,
        }
    }

    /// When a block of so many parts may leave; `left` parts are waiting, for which a lane is booked at
    /// once as far as bookings go.
    pub async fn turn(&mut self, parts: u32, left: u32) -> Result<Turn, StoreError> {
        let Some(cap) = self.pace.filter(|_| parts > 0) else { return Ok(Turn::At(self.now())) };
        if let Some(at) = self.booking.and_then(|booking| booking.turn(parts, self.now())) {
            return Ok(self.near(at));
        }
        let blocks = left.div_ceil(self.parts_per_block()).clamp(1, cap.blocks_per_booking());
        if let Some(booking) = self.booking {
            // As late as can be, so that whoever comes meanwhile gets the next beats.
            self.sleep_until(
                booking.next(parts, self.now()).saturating_sub(EXTENDED_BEFORE).unwrap_or_default(),
            )
            .await;
            let extended = booking.extended(parts, blocks, self.now());
            let booked = self
                .table()
                .book_lane(self.carrier, booking.lane.number, Some(booking.until), extended.until)
                .await?;
            if booked == LaneBooked::Ours {
                self.booking = Some(extended);
                return Ok(self.near(extended.turn(parts, self.now()).unwrap_or(extended.until)));
            }
            // Somebody waits behind us: it is their turn.
            self.booking = None;
            self.patience = PATIENCE_WITH_A_PLACE;
        }
        self.book(cap, parts, blocks).await
    }

    /// Waits until a block that was claimed may leave: the write may have made it miss its turn. Tells
    /// whether there is a turn for it.
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
            // A beat that comes before the claim is written would be missed.
            let ready = self.now().saturating_add(WRITE).unwrap_or(Timestamp::MAX);
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

    /// Notes that a block leaves now.
    pub fn leaves(&mut self, parts: u32) {
        let now = self.now();
        if let Some(booking) = self.booking.as_mut().filter(|_| parts > 0) {
            booking.left(parts, now);
        }
    }

    /// A place for a parcel of so many parts that found no capacity: when it begins.
    pub async fn place(&self, parts: u32) -> Result<Timestamp, StoreError> {
        let takes = self.pace.map_or(SignedDuration::ZERO, |cap| cap.duration_of(parts.into()));
        self.table().give_place(self.carrier, takes, self.now()).await
    }

    /// How long until a parcel with a place is to come back.
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
