//! The relation of a guardian to a child.

use super::{Kinship, TieLevel};
use crate::{
    id::PersonId,
    template::{Context, ContextSet},
};

/// A guardian's relation to one child, with the preferences for SMS about this child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guardianship {
    pub pupil: PersonId,
    pub level: TieLevel,
    pub kinship: Option<Kinship>,
    /// 1 for the first contact.
    pub rank: u8,
    /// Whether the child lives with the guardian, if known.
    pub lives_with: Option<bool>,
    /// A court decision forbids contact about this child. Overrides everything.
    pub no_contact: bool,
    pub accepts_sms: bool,
    /// The contexts that the guardian refuses by SMS for this child.
    pub refused_contexts: ContextSet,
}

/// Why a guardian is not contacted about a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Silence {
    /// A court decision.
    NoContact,
    /// A contact of the child, not one of the adults who are responsible.
    ContactOnly,
    /// The guardian refuses SMS about this child.
    ChildRefused,
    /// The guardian refuses this context for this child.
    ContextRefused,
}

impl Guardianship {
    /// Creates a relation with default preferences.
    pub const fn new(pupil: PersonId, rank: u8) -> Self {
        Self {
            pupil,
            level: TieLevel::Legal,
            kinship: None,
            rank,
            lives_with: None,
            no_contact: false,
            accepts_sms: true,
            refused_contexts: ContextSet::EMPTY,
        }
    }

    /// Returns why the guardian is not contacted about the child in this context; `None` if allowed.
    pub const fn silence(&self, context: Context) -> Option<Silence> {
        if self.no_contact {
            Some(Silence::NoContact)
        } else if matches!(self.level, TieLevel::Contact) {
            Some(Silence::ContactOnly)
        } else if !self.accepts_sms {
            Some(Silence::ChildRefused)
        } else if self.refused_contexts.contains(context) {
            Some(Silence::ContextRefused)
        } else {
            None
        }
    }
}
