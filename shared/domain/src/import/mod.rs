//! An import of people: files become a plan, a human applies the plan, and may take it back for a week.

mod guard;
mod scope;

pub use guard::{Guard, UnknownGuard};
pub use scope::{Scope, UnknownScope};

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::{
    clock::later,
    id::{ImportId, PersonId, SchoolId},
    line::Line,
};

/// An import, without what its files say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Import {
    pub id: ImportId,
    pub school: SchoolId,
    /// The subject of the token.
    pub uploaded_by: Line<128>,
    pub stage: ImportStage,
    /// When the stage began.
    pub since: Timestamp,
    /// The writes of the stage, in all.
    pub writes: u32,
    /// The writes so far; then on beyond `writes`, those of identifiers.
    pub written: u32,
    /// People left as they are, because somebody changed them meanwhile.
    pub left_alone: BTreeSet<PersonId>,
}

/// The stage of an import. Its code is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImportStage {
    /// Nothing is written yet.
    Planned,
    Applying,
    Applied,
    Undoing,
    Undone,
}

impl ImportStage {
    /// Returns the code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Applying => "applying",
            Self::Applied => "applied",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
        }
    }

    /// Returns the stage that follows the writes of this one; none if it has no writes.
    pub const fn completed(self) -> Option<Self> {
        match self {
            Self::Applying => Some(Self::Applied),
            Self::Undoing => Some(Self::Undone),
            Self::Planned | Self::Applied | Self::Undone => None,
        }
    }
}

impl Import {
    /// How long a plan may be applied, and an applied import undone (design, section 11).
    pub const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

    /// How long the request that began a stage carries out its writes.
    pub const REQUEST: SignedDuration = SignedDuration::from_secs(20);

    /// Creates the import of an upload.
    pub fn uploaded(id: ImportId, school: SchoolId, by: Line<128>, now: Timestamp) -> Self {
        Self {
            id,
            school,
            uploaded_by: by,
            stage: ImportStage::Planned,
            since: now,
            writes: 0,
            written: 0,
            left_alone: BTreeSet::new(),
        }
    }

    /// Returns when the import and what its files say are gone. While its writes run, it stays.
    pub fn expires_at(&self) -> Timestamp {
        later(self.since, Self::KEPT)
    }

    /// Whether the schedule is to carry out the writes: the request that began the stage has ended. API Gateway ends it
    /// after 29 s, and so does the function (`Timeout` in the template).
    pub fn is_left_to_the_schedule(&self, now: Timestamp) -> bool {
        now >= later(self.since, SignedDuration::from_secs(60))
    }

    /// Whether the import is gone.
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.stage.completed().is_none() && now >= self.expires_at()
    }
}
