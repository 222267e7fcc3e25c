//! The audit log: who did what when, without the people affected.
//!
//! An entry is written in the transaction of its act, and never changed or deleted.

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

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Sorts by time.
    pub id: AuditEntryId,
    /// The `sub` claim of the token.
    pub by: Line<128>,
    pub role: Role,
    pub act: Act,
    /// The subject of the act, if it has an id.
    pub about: Option<About>,
    /// Counts.
    pub figures: Figures,
    /// The format and filter of an export.
    pub asked: Option<Asked>,
}

impl Entry {
    /// Creates an entry of an act at this instant.
    pub fn new(by: Line<128>, role: Role, act: Act, now: Timestamp) -> Self {
        let id = AuditEntryId::generate(now);
        Self { id, by, role, act, about: None, figures: Figures::new(), asked: None }
    }

    /// Adds the subject.
    #[must_use]
    pub fn about(mut self, about: impl Into<About>) -> Self {
        self.about = Some(about.into());
        self
    }

    /// Adds a count.
    #[must_use]
    pub fn with<C: TryInto<u64, Error: std::fmt::Debug>>(mut self, figure: Figure, value: C) -> Self {
        self.figures.insert(figure, value.try_into().expect("a count is not negative"));
        self
    }

    /// Adds the format and filter of an export.
    #[must_use]
    pub fn asking(mut self, asked: Asked) -> Self {
        self.asked = Some(asked);
        self
    }

    /// Returns the time, to the millisecond.
    pub fn at(&self) -> Timestamp {
        self.id.made_at()
    }
}
