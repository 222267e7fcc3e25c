//! What ties a guardian to a child.

use crate::{
    id::PersonId,
    template::{Context, ContextSet},
};

/// A guardian's tie to one child, and what the guardian wants to hear about this child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guardianship {
    /// The child.
    pub pupil: PersonId,
    /// 1 for the first person to contact.
    pub rank: u8,
    /// A court decided that this person is told nothing about this child. It overrides everything.
    pub no_contact: bool,
    /// Whether the guardian accepts SMS about this child.
    pub accepts_sms: bool,
    /// The kinds of information about this child that the guardian does not want by SMS.
    pub refused_contexts: ContextSet,
}

/// Why a guardian is told nothing about a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// A court decided so.
    NoContact,
    /// The guardian wants no SMS about this child.
    ChildRefused,
    /// The guardian wants no SMS of this kind about this child.
    ContextRefused,
}

impl Guardianship {
    /// A tie without wishes.
    pub const fn new(pupil: PersonId, rank: u8) -> Self {
        Self { pupil, rank, no_contact: false, accepts_sms: true, refused_contexts: ContextSet::EMPTY }
    }

    /// Why the guardian is not told of the child on this occasion; none when nothing is against it.
    pub const fn silence(&self, context: Context) -> Option<Silence> {
        if self.no_contact {
            Some(Silence::NoContact)
        } else if !self.accepts_sms {
            Some(Silence::ChildRefused)
        } else if self.refused_contexts.contains(context) {
            Some(Silence::ContextRefused)
        } else {
            None
        }
    }
}
