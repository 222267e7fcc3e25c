//! The carrier's pace: never more message parts in a second than its cap, whoever sends them.
//!
//! A cap is divided into *lanes* of some twenty parts a second. A lane carries one block at a time:
//! at most `parts_per_block` parts, and the next block a fixed interval later. As many intervals as make
//! a second hold no more parts than the lane may carry, so that no second, wherever it begins, holds
//! more than the cap. The lanes take turns: each has beats of its own, evenly between those of the
//! others, so that blocks leave one after the other instead of all at once.
//!
//! A worker books a lane for a few beats with one write. Bookings are short: at a cap of a hundred some
//! lane changes hands ten times a second, so that nobody waits behind another school's send.

use jiff::{SignedDuration, Timestamp};

use crate::{clock::later, text::Segments};

/// What a carrier takes: message parts a second, over all workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartsPerSecond(u32);

/// A cap that cannot be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cap is {} to {} parts a second", PartsPerSecond::LEAST, PartsPerSecond::MOST)]
pub struct CapError;

/// A lane's share: ten messages of one part each half second fill it, and half a second is enough for a
/// carrier's answer and the write that records it.
const PARTS_PER_LANE: u32 = 20;
/// The parts of a block of ten short texts.
const PARTS_PER_BLOCK: u32 = 10;
/// How often some lane is to change hands, so that whoever comes waits no longer than that.
const HANDOVERS_PER_SECOND: u32 = 10;
/// The most beats of one booking: above a cap of five hundred there are lanes enough for short waits, and
/// fewer writes.
const MOST_BEATS: u32 = 5;
/// Releases use this much of what the lanes carry.
const RELEASED_PERCENT: u64 = 99;
const SECOND: SignedDuration = SignedDuration::from_secs(1);
/// What timers may be late by without losing a beat: beats are this much farther apart than blocks must
/// be, which costs 2 % of the shortest interval.
const SLACK: SignedDuration = SignedDuration::from_millis(10);

impl PartsPerSecond {
    /// The longest text must fit into one second.
    pub const LEAST: u32 = Segments::DEFAULT_LIMIT.get() as u32;
    /// More than any carrier takes from one account.
    pub const MOST: u32 = 10_000;

    /// A cap of so many parts a second.
    pub const fn new(parts: u32) -> Result<Self, CapError> {
        if parts < Self::LEAST || parts > Self::MOST { Err(CapError) } else { Ok(Self(parts)) }
    }

    /// Parts a second.
    pub const fn get(self) -> u32 {
        self.0
    }

    /// How many lanes it is divided into: as many workers have something to do at once.
    pub fn lanes(self) -> u16 {
        u16::try_from(self.0.div_ceil(PARTS_PER_LANE)).expect("the highest cap has 500 lanes")
    }

    /// What the lanes carry in a second, in thousandths of a part: 98 % of a cap that is a multiple of ten, 89 % at the least of any
    /// other, as a part of a message cannot be sent.
    fn carried_thousandths(self) -> u64 {
        let thousandths: i64 = (0..self.lanes())
            .map(|number| self.lane(number))
            .map(|lane| i64::from(lane.parts_per_block) * 1_000_000 / lane.beat_ms)
            .sum();
        u64::try_from(thousandths).expect("lanes carry parts")
    }

    /// One of the lanes, from 0.
    pub fn lane(self, number: u16) -> Lane {
        let lanes = u32::from(self.lanes());
        let share = self.0 / lanes + u32::from(u32::from(number) < self.0 % lanes);
        let blocks_per_second = share.div_ceil(PARTS_PER_BLOCK);
        let interval = SignedDuration::from_millis(1000 / i64::from(blocks_per_second));
        let beat_ms = milliseconds(interval + SLACK);
        let phase_ms = beat_ms * i64::from(number) / i64::from(lanes);
        Lane { number, parts_per_block: share / blocks_per_second, interval, beat_ms, phase_ms }
    }

    /// For how many blocks a worker books a lane at once.
    pub fn blocks_per_booking(self) -> u32 {
        (self.0 / (HANDOVERS_PER_SECOND * PARTS_PER_BLOCK)).clamp(1, MOST_BEATS)
    }

    /// How long a release leaves for this many parts: a little more than the lanes need, so that a lane is
    /// free when the next parcel comes, and for whoever else comes.
    pub fn duration_of(self, parts: u64) -> SignedDuration {
        let ms =
            u128::from(parts) * 1_000_000 * 100 / u128::from(self.carried_thousandths() * RELEASED_PERCENT);
        SignedDuration::from_millis(i64::try_from(ms).expect("a send has at most some 80,000 parts"))
    }
}

/// A part of the cap that one worker uses at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Which, from 0.
    pub number: u16,
    /// The most parts that leave at once.
    pub parts_per_block: u32,
    /// From one block to the next, at the least.
    pub interval: SignedDuration,
    beat_ms: i64,
    phase_ms: i64,
}

impl Lane {
    /// How far a block must be from its neighbours. A text longer than a block leaves alone, with a
    /// second to itself.
    fn gap(&self, parts: u32) -> SignedDuration {
        if parts > self.parts_per_block { SECOND } else { self.interval }
    }

    /// The first beat at an instant or after it.
    fn beat(&self, instant: Timestamp) -> Timestamp {
        let since_last = (instant.as_millisecond() - self.phase_ms).rem_euclid(self.beat_ms);
        let wait_ms = if since_last == 0 { 0 } else { self.beat_ms - since_last };
        later(instant, SignedDuration::from_millis(wait_ms))
    }

    /// The beat after so many blocks of so many parts, of which the first leaves at a beat.
    fn after(&self, from: Timestamp, parts: u32, blocks: u32) -> Timestamp {
        let beats_each = milliseconds(self.gap(parts)) / self.beat_ms + 1;
        later(from, SignedDuration::from_millis(beats_each * i64::from(blocks) * self.beat_ms))
    }
}

/// A worker's right to a lane for a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Booking {
    /// The lane.
    pub lane: Lane,
    /// When the first block may leave.
    pub from: Timestamp,
    /// When the lane is free for others.
    pub until: Timestamp,
    last: Option<(Timestamp, u32)>,
}

impl Booking {
    /// A booking for some blocks of a lane that is free from an instant on. `parts` are those of the
    /// first block.
    pub fn new(lane: Lane, free_at: Timestamp, parts: u32, blocks: u32, now: Timestamp) -> Self {
        // Those who had the lane before left an interval behind them, and no more.
        let from = lane.beat(later(free_at, lane.gap(parts) - lane.interval).max(now));
        Self { lane, from, until: lane.after(from, parts, blocks), last: None }
    }

    /// The same booking for some more blocks, from when it can be used.
    pub fn extended(&self, parts: u32, blocks: u32, now: Timestamp) -> Self {
        let next = self.next(parts, now);
        Self { until: self.lane.after(next, parts, blocks).max(self.until), ..*self }
    }

    /// When a block of so many parts may leave under this booking, if it may.
    pub fn turn(&self, parts: u32, now: Timestamp) -> Option<Timestamp> {
        let next = self.next(parts, now);
        (self.lane.after(next, parts, 1) <= self.until).then_some(next)
    }

    /// Whether a block whose turn was at an instant may still leave.
    pub fn is_in_time(turn: Timestamp, now: Timestamp) -> bool {
        now <= later(turn, SLACK)
    }

    /// Notes that a block left.
    pub fn left(&mut self, parts: u32, at: Timestamp) {
        self.last = Some((at, parts));
    }

    /// The next beat at which a block of so many parts could leave, under this booking or a longer one.
    pub fn next(&self, parts: u32, now: Timestamp) -> Timestamp {
        let after_last = self
            .last
            .map_or(self.from, |(at, last)| later(at, self.lane.gap(parts).max(self.lane.gap(last))));
        self.lane.beat(after_last.max(now))
    }
}

fn milliseconds(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).expect("an interval is of seconds")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(millisecond: i64) -> Timestamp {
        Timestamp::from_millisecond(1_800_000_000_000 + millisecond).unwrap()
    }

    #[test]
    fn a_cap_is_divided_into_lanes_that_carry_it_whole() {
        for (cap, lanes, parts, interval_ms, blocks) in [
            (8, 1, 8, 1000, 1),
            (10, 1, 10, 1000, 1),
            (20, 1, 10, 500, 1),
            (100, 5, 10, 500, 1),
            (1000, 50, 10, 500, 5),
        ] {
            let cap = PartsPerSecond::new(cap).unwrap();
            let lane = cap.lane(0);
            assert_eq!(cap.lanes(), lanes);
            assert_eq!((lane.parts_per_block, lane.interval.as_millis()), (parts, interval_ms));
            assert_eq!(cap.blocks_per_booking(), blocks);
        }
        assert_eq!(PartsPerSecond::new(7), Err(CapError));
        assert_eq!(PartsPerSecond::new(10_001), Err(CapError));
    }

    proptest! {
        #[test]
        fn the_lanes_of_any_cap_carry_nine_tenths_of_it_and_never_more(cap in 8_u32..=10_000) {
            let cap = PartsPerSecond::new(cap).unwrap();
            let carried: u32 = (0..cap.lanes())
                .map(|number| cap.lane(number))
                .map(|lane| lane.parts_per_block * (1000 / lane.interval.as_millis() as u32))
                .sum();
            prop_assert!(carried <= cap.get() && carried * 10 >= cap.get() * 9, "{carried} of {}", cap.get());
        }

        /// Workers that come one after the other to one lane, some late, with texts of any length.
        #[test]
        fn no_second_of_a_lane_holds_more_than_its_share(
            cap in 8_u32..=40,
            runs in proptest::collection::vec(
                (0_i64..1500, proptest::collection::vec((1_u32..=20, 0_i64..700), 1..12)), 1..12),
        ) {
            let cap = PartsPerSecond::new(cap).unwrap();
            let lane = cap.lane(0);
            let share = lane.parts_per_block * (1000 / lane.interval.as_millis() as u32);
            let share = share.max(8.min(cap.get()));
            let (mut now, mut free_at, mut left) = (0, at(0), Vec::<(Timestamp, u32)>::new());
            for (pause, blocks) in runs {
                now += pause;
                let mut booking: Option<Booking> = None;
                for (wanted, late) in blocks {
                    // A block, or one longer text.
                    let parts = if wanted > lane.parts_per_block { 8 } else { wanted };
                    let mut held = booking.unwrap_or_else(|| {
                        Booking::new(lane, free_at, parts, cap.blocks_per_booking(), at(now))
                    });
                    if held.turn(parts, at(now)).is_none() {
                        held = held.extended(parts, cap.blocks_per_booking(), at(now));
                    }
                    let turn = held.turn(parts, at(now)).unwrap();
                    held.left(parts, turn);
                    left.push((turn, parts));
                    free_at = held.until;
                    booking = Some(held);
                    now = (turn.as_millisecond() - at(0).as_millisecond()).max(now) + late;
                }
            }
            for (start, _) in &left {
                let end = later(*start, SECOND);
                let parts: u32 =
                    left.iter().filter(|(at, _)| *start <= *at && *at < end).map(|(_, parts)| parts).sum();
                prop_assert!(parts <= share, "{parts} parts in a second of a lane of {share}");
            }
        }
    }
}
