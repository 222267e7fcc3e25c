//! An accepted send.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::{Avoided, Totals, Wait};
use crate::{
    audience::Audience,
    delivery::MessageState,
    id::{SendId, TemplateId},
    line::Line,
    pricing::RateCardVersion,
    template::{Context, TemplateLabel},
};

/// The stored record of a send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    pub id: SendId,
    /// The source of its texts.
    pub origin: Origin,
    pub audience: Audience,
    pub context: Context,
    pub accepted_at: Timestamp,
    /// The `sub` claim of the caller's token.
    pub accepted_by: Line<128>,
    /// When it may leave; in the past for a send without delay.
    pub due_at: Timestamp,
    /// Why it is delayed.
    pub wait: Option<Wait>,
    /// Whether it ignores quiet hours.
    pub urgent: bool,
    /// When remaining messages expire.
    pub expires_at: Timestamp,
    pub parcels: u16,
    pub totals: Totals,
    /// Number of dropped people.
    pub dropped: u32,
    /// Savings.
    pub avoided: Avoided,
    /// The rate card applied.
    pub rate_card: RateCardVersion,
    /// The send that resent the undelivered messages of this one.
    pub resent_as: Option<SendId>,
    /// Number of messages by final state, once their texts are deleted.
    pub tally: Option<Tally>,
}

/// The source of a send's texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A template, in the version used.
    Template {
        id: TemplateId,
        version: u64,
        /// The label at that time.
        label: TemplateLabel,
        /// Whether the text was edited for this send.
        edited: bool,
    },
    /// A text written for this send.
    Text,
    Test,
    /// Failed or unknown messages of an earlier send.
    Resend {
        /// The earlier send.
        of: SendId,
        template: Option<TemplateId>,
        label: Option<TemplateLabel>,
    },
}

/// Number of messages by state, under its API name.
pub type Tally = BTreeMap<String, u32>;

impl Origin {
    /// Returns the template of the texts.
    pub const fn template(&self) -> Option<TemplateId> {
        match self {
            Self::Template { id, .. } => Some(*id),
            Self::Resend { template, .. } => *template,
            Self::Text | Self::Test => None,
        }
    }

    /// Returns the label of the template.
    pub const fn label(&self) -> Option<&TemplateLabel> {
        match self {
            Self::Template { label, .. } => Some(label),
            Self::Resend { label, .. } => label.as_ref(),
            Self::Text | Self::Test => None,
        }
    }
}

impl Send {
    /// Validity of a message: yesterday's absence alert is noise.
    pub const LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

    /// Returns the state of a message without an attempt.
    pub fn untouched_state(&self, now: Timestamp) -> MessageState {
        if now < self.due_at { MessageState::Scheduled } else { MessageState::Queued }
    }
}
