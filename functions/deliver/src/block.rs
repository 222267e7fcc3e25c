//! Selects a parcel's next block and its carrier.

use std::collections::{BTreeMap, BTreeSet};

use domain::delivery::{CLAIM_SIZE, CarrierName, CarrierStatuses, Progress, Worker};
use jiff::Timestamp;
use store::StoredParcel;

use crate::{deps::Deps, pacing::Pacing};

/// The next step of a parcel.
pub(crate) enum Next {
    /// These messages leave together.
    Block(Block),
    /// No message is ready.
    Nothing,
    /// Messages are ready, and all their carriers are at capacity: this carrier, with the number of segments
    /// that wait for it.
    NoCapacity(CarrierName, u32),
    /// Messages are ready, and all their carriers are halted.
    Halted,
}

/// Messages that leave together through one carrier.
pub(crate) struct Block {
    pub carrier: CarrierName,
    /// Their indexes in the parcel.
    pub messages: Vec<u8>,
    /// Their segments that count towards the carrier's rate.
    pub parts: u32,
    /// The segments of all messages that are ready for this carrier.
    pub left: u32,
}

/// A worker's bookings, by carrier.
pub(crate) struct Pacings<'d> {
    deps: &'d Deps,
    has_a_place: bool,
    by_carrier: BTreeMap<CarrierName, Pacing<'d>>,
    full: BTreeSet<CarrierName>,
}

impl<'d> Pacings<'d> {
    /// `has_a_place`: the parcel may wait longer than others.
    pub const fn new(deps: &'d Deps, has_a_place: bool) -> Self {
        Self { deps, has_a_place, by_carrier: BTreeMap::new(), full: BTreeSet::new() }
    }

    /// The booking at one carrier.
    pub fn at(&mut self, carrier: CarrierName) -> &mut Pacing<'d> {
        let Self { deps, has_a_place, by_carrier, .. } = self;
        by_carrier.entry(carrier).or_insert_with(|| Pacing::new(deps, carrier, *has_a_place))
    }

    /// Marks a carrier as full for now; messages for other carriers proceed.
    pub fn mark_full(&mut self, carrier: CarrierName) {
        self.full.insert(carrier);
    }
}

impl Next {
    /// Takes the carrier of the first ready message, and as many more messages of that carrier as a claim and
    /// the rate allow, or one text that is longer than a block. Nothing while another worker may hold the
    /// claim.
    pub fn of(
        stored: &StoredParcel,
        progress: &Progress,
        conditions: &CarrierStatuses,
        pacings: &mut Pacings<'_>,
        worker: Worker,
        now: Timestamp,
    ) -> Self {
        let held = |claim: domain::delivery::Claim| claim.worker != worker.id && now < claim.lease_until;
        if progress.claim().is_some_and(held) {
            return Self::Nothing;
        }
        let (mut block, mut is_full, mut any, mut waits_for) = (None::<Block>, false, false, None);
        for index in progress.ready(now) {
            let Some(message) = stored.message(index) else { continue };
            any = true;
            let correlation = stored.id.message(index);
            let put_off_by = progress.asked(index).map(|(carrier, _)| carrier);
            let carriers = &pacings.deps.carriers;
            let Some(carrier) = carriers.choose(correlation, message.phone, put_off_by, conditions, now)
            else {
                continue;
            };
            if pacings.full.contains(&carrier) {
                let (waiting, parts) = waits_for.get_or_insert((carrier, 0));
                if *waiting == carrier {
                    *parts += pacings.at(carrier).parts(message);
                }
                continue;
            }
            let block = block.get_or_insert_with(|| Block {
                carrier,
                messages: Vec::with_capacity(CLAIM_SIZE),
                parts: 0,
                left: 0,
            });
            if block.carrier != carrier {
                continue;
            }
            let pacing = pacings.at(carrier);
            let parts = pacing.parts(message);
            block.left += parts;
            is_full |= block.messages.len() == CLAIM_SIZE
                || (block.parts > 0 && block.parts + parts > pacing.parts_per_block());
            if !is_full {
                block.messages.push(index);
                block.parts += parts;
            }
        }
        match block {
            Some(block) => Self::Block(block),
            None => match waits_for {
                Some((carrier, parts)) => Self::NoCapacity(carrier, parts),
                None if any => Self::Halted,
                None => Self::Nothing,
            },
        }
    }
}

/// The time of the next retry that some carrier would take. Messages for halted carriers wait for the
/// operator.
pub(crate) fn next_due(
    stored: &StoredParcel,
    progress: &Progress,
    conditions: &CarrierStatuses,
    deps: &Deps,
) -> Option<Timestamp> {
    progress.next_due(|index| {
        let message = stored.message(index);
        message.is_some_and(|message| deps.carriers.alternatives(message.phone, conditions) > 0)
    })
}
