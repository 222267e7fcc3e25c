//! The audit: who did what when, and nothing about the people to whom it was done.
//!
//! An entry comes to be in the write that it tells of, and nothing changes or removes it afterwards.

mod about;
mod act;
mod asked;
mod figure;

use jiff::Timestamp;

pub use about::About;
pub use act::{Act, UnknownAct};
pub use asked::Asked;
pub use figure::{Figure, Figures};

use crate::{id::AuditEntryId, line::Line, role::Role};

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Which; it sorts by its instant.
    pub id: AuditEntryId,
    /// Who: the subject of the token.
    pub by: Line<128>,
    /// In which role.
    pub role: Role,
    /// What.
    pub act: Act,
    /// What it was done to, where that has a name of ours.
    pub about: Option<About>,
    /// How much of it there was.
    pub figures: Figures,
    /// What a file was asked for by.
    pub asked: Option<Asked>,
}

impl Entry {
    /// Somebody does something at this moment.
    pub fn new(by: Line<128>, role: Role, act: Act, now: Timestamp) -> Self {
        let id = AuditEntryId::generate(now);
        Self { id, by, role, act, about: None, figures: Figures::new(), asked: None }
    }

    /// The same, done to something that has a name.
    #[must_use]
    pub fn about(mut self, about: impl Into<About>) -> Self {
        self.about = Some(about.into());
        self
    }

    /// The same with a figure.
    #[must_use]
    pub fn with(mut self, figure: Figure, value: impl TryInto<u64>) -> Self {
        self.figures.insert(figure, value.try_into().unwrap_or(u64::MAX));
        self
    }

    /// The same of a file that was asked for.
    #[must_use]
    pub fn asking(mut self, asked: Asked) -> Self {
        self.asked = Some(asked);
        self
    }

    /// When, to the millisecond.
    pub fn at(&self) -> Timestamp {
        self.id.made_at()
    }
}
