//! Export jobs: requester, filter, link expiry and download progress.

use jiff::{SignedDuration, Timestamp};

use super::{Format, SealedFilter};
use crate::{
    clock::later,
    id::{ExportId, SchoolId},
    language::Language,
    line::Line,
};

/// A requested export. Each download generates the file from the log's current contents: no copy is
/// stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    pub id: ExportId,
    pub school: SchoolId,
    pub format: Format,
    /// The requester's language.
    pub language: Language,
    /// The `sub` claim of the requester's token.
    pub asked_by: Line<128>,
    pub asked_at: Timestamp,
    /// Readable only with the link.
    pub filter: SealedFilter,
    /// The state of the last download.
    pub stage: Stage,
    /// The progress of the last download.
    pub progress: Progress,
    /// When the progress was recorded.
    pub noted_at: Timestamp,
}

/// The state of the last download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// No download yet.
    Waiting,
    Running,
    Done,
    Failed,
}

/// The state of a job at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// The link is valid; the state of its last download.
    Open(Stage),
    /// The link has expired.
    Expired,
}

/// The progress of a download.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Messages written.
    pub messages: u64,
    /// Sends completed.
    pub sends_passed: u32,
    /// Sends found so far: a query page is a megabyte, about 2,000 sends.
    pub sends_found: u32,
}

impl Stage {
    /// All stages.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Running, Self::Done, Self::Failed];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// Parses a stage's name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }
}

impl ExportState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::Open(Stage::Waiting),
        Self::Open(Stage::Running),
        Self::Open(Stage::Done),
        Self::Open(Stage::Failed),
        Self::Expired,
    ];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open(stage) => stage.as_str(),
            Self::Expired => "expired",
        }
    }
}

impl Export {
    /// Validity of a link.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(1);
    /// Maximum run time of a function: a download without progress for longer is dead.
    pub const LONGEST_DOWNLOAD: SignedDuration = SignedDuration::from_mins(15);

    /// Returns the expiry of the link.
    pub fn expires_at(&self) -> Timestamp {
        later(self.asked_at, Self::LIFETIME)
    }

    /// Returns the state at an instant.
    pub fn state(&self, now: Timestamp) -> ExportState {
        let is_dead = || now.duration_since(self.noted_at) > Self::LONGEST_DOWNLOAD;
        match self.stage {
            _ if now >= self.expires_at() => ExportState::Expired,
            Stage::Running if is_dead() => ExportState::Open(Stage::Failed),
            stage => ExportState::Open(stage),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sent_log::{Filter, export::LinkToken};

    #[test]
    fn a_link_works_for_an_hour_and_a_download_that_says_nothing_is_dead() {
        let asked_at: Timestamp = "2026-11-27T08:00:00Z".parse().unwrap();
        let export = Export {
            id: ExportId::generate(asked_at),
            school: SchoolId::generate(asked_at),
            format: Format::Csv,
            language: Language::French,
            asked_by: Line::parse("claire").unwrap(),
            asked_at,
            filter: LinkToken::generate().seal(&Filter::default()),
            stage: Stage::Running,
            progress: Progress::default(),
            noted_at: asked_at,
        };
        let after = |minutes| export.state(asked_at + SignedDuration::from_mins(minutes)).as_str();
        assert_eq!(
            [after(0), after(15), after(16), after(59), after(60)].join(" "),
            "running running failed failed expired"
        );
        for stage in Stage::ALL {
            assert_eq!(Stage::parse(stage.as_str()), Some(stage));
        }
    }
}
