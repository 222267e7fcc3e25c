//! An export as a job: who asked for which file, until when its link works, and how far its download is.

use jiff::{SignedDuration, Timestamp};

use super::{Format, SealedFilter};
use crate::{
    clock::later,
    id::{ExportId, SchoolId},
    language::Language,
    line::Line,
};

/// A file that somebody asked for. It is written anew by each download, from what the log holds at that moment: no copy
/// of it is ever kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// Which.
    pub id: ExportId,
    /// Whose messages they are.
    pub school: SchoolId,
    /// What it is written in.
    pub format: Format,
    /// The language of whoever asked.
    pub language: Language,
    /// Who asked: the subject of the token.
    pub asked_by: Line<128>,
    /// When.
    pub asked_at: Timestamp,
    /// Which messages, for the holder of the link only.
    pub filter: SealedFilter,
    /// What the last download came to.
    pub stage: Stage,
    /// How far it came.
    pub progress: Progress,
    /// When that was noted.
    pub noted_at: Timestamp,
}

/// What the last download of a file came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// There was none.
    Waiting,
    /// It is on its way.
    Running,
    /// The whole file was handed over.
    Done,
    /// It broke off.
    Failed,
}

/// How a job stands at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportState {
    /// The link works, and this is what became of its last download.
    Open(Stage),
    /// The link works no longer.
    Expired,
}

/// How far a download is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Messages that were written.
    pub messages: u64,
    /// Sends that were looked at to the end.
    pub sends_passed: u32,
    /// Sends that were found so far: a megabyte of them, some two thousand, is looked for at once.
    pub sends_found: u32,
}

impl Stage {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Waiting, Self::Running, Self::Done, Self::Failed];

    /// The name that the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    /// The stage of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.as_str() == name)
    }
}

impl ExportState {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Open(Stage::Waiting),
        Self::Open(Stage::Running),
        Self::Open(Stage::Done),
        Self::Open(Stage::Failed),
        Self::Expired,
    ];

    /// The name that the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open(stage) => stage.as_str(),
            Self::Expired => "expired",
        }
    }
}

impl Export {
    /// How long a link works.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(1);
    /// As long as a function may run: a download of which nothing was heard for longer is dead.
    pub const LONGEST_DOWNLOAD: SignedDuration = SignedDuration::from_mins(15);

    /// Until when its link works.
    pub fn expires_at(&self) -> Timestamp {
        later(self.asked_at, Self::LIFETIME)
    }

    /// How it stands.
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
