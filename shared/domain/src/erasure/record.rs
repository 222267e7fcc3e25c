//! What is on record of an erasure: what it did, which names nobody, and until it is complete, whom it is about.

use std::{collections::HashSet, ops::AddAssign};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    id::{ErasureId, PersonId, SchoolId},
    line::Line,
    phone::PhoneNumber,
};

/// The state of an erasure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ErasureState)]
pub enum Stage {
    /// Something may be left.
    Erasing,
    /// All that was found is erased; what was being written at that moment is looked for once more.
    Checking,
    /// Nothing is left, not even in the erasure's own record.
    Complete,
}

/// What an erasure did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// Messages to the person, of which counts and costs are left.
    pub messages: u32,
    /// Messages about the person to others, whose texts were removed.
    pub texts: u32,
    /// Messages of both kinds that no carrier had and that were called back.
    pub called_back: u32,
    /// Numbers that stay closed because their owner said STOP.
    pub tombstones: u32,
}

impl AddAssign for Done {
    fn add_assign(&mut self, other: Self) {
        self.messages += other.messages;
        self.texts += other.texts;
        self.called_back += other.called_back;
        self.tombstones += other.tombstones;
    }
}

/// An erasure, as it is kept for good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Which.
    pub id: ErasureId,
    /// When it began.
    pub began_at: Timestamp,
    /// Who asked: the subject of the token.
    pub begun_by: Line<128>,
    /// How far it is.
    pub stage: Stage,
    /// When it was complete.
    pub completed_at: Option<Timestamp>,
    /// What it did so far.
    pub done: Done,
}

/// An erasure that is not complete, with whom it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// Which.
    pub id: ErasureId,
    /// Whose.
    pub school: SchoolId,
    /// Who.
    pub person: PersonId,
    /// The person's numbers, as far as they are known.
    pub numbers: HashSet<PhoneNumber>,
    /// When it began.
    pub began_at: Timestamp,
    /// Whether all was gone through once.
    pub stage: Stage,
    /// When the schedule takes it up.
    pub due_at: Timestamp,
}

impl Pending {
    /// How long the schedule leaves an erasure to the request that began it, which lives for half of that.
    pub const LEFT_TO_ITS_REQUEST: SignedDuration = SignedDuration::from_mins(1);

    /// After how long it is looked at once more: whatever was being written when it was gone through, is written, and
    /// a read that need not be the latest is.
    pub const LOOKS_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(2);

    /// Whoever accepts a send after its beginning does not see the person in the directory. What was accepted before
    /// this instant was written when the erasure began.
    pub fn last_seen_after(&self) -> Timestamp {
        self.began_at.saturating_sub(Self::LOOKS_AGAIN_AFTER).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}
