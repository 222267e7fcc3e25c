//! The record of an erasure: its results, which identify no person, and until completion its subject.

use std::{collections::HashSet, ops::AddAssign};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    clock::earlier,
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

/// The permanent record of an erasure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    pub id: ErasureId,
    pub began_at: Timestamp,
    /// The `sub` claim of the token.
    pub begun_by: Line<128>,
    pub stage: Stage,
    pub completed_at: Option<Timestamp>,
    /// Results so far.
    pub done: Done,
}

/// A pending erasure with its subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    pub id: ErasureId,
    pub school: SchoolId,
    pub person: PersonId,
    /// The person's known numbers.
    pub numbers: HashSet<PhoneNumber>,
    pub began_at: Timestamp,
    /// Whether the first pass is complete.
    pub stage: Stage,
    /// When the schedule resumes it.
    pub due_at: Timestamp,
}

impl Pending {
    /// Delay before the schedule takes over from the original request, which lives for half of it.
    pub const LEFT_TO_ITS_REQUEST: SignedDuration = SignedDuration::from_mins(1);

    /// Delay of the final check: by then all writes concurrent with the pass are complete and visible
    /// to eventually consistent reads.
    pub const LOOKS_AGAIN_AFTER: SignedDuration = SignedDuration::from_mins(2);

    /// Returns the instant from which accepted sends cannot contain the person: earlier ones were
    /// written when the erasure began.
    pub fn last_seen_after(&self) -> Timestamp {
        earlier(self.began_at, Self::LOOKS_AGAIN_AFTER)
    }
}
