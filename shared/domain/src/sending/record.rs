//! A send that was accepted.

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

/// One act of sending, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send {
    /// Which.
    pub id: SendId,
    /// What it was made from.
    pub origin: Origin,
    /// Whom it is for.
    pub audience: Audience,
    /// On what occasion.
    pub context: Context,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// Who asked: the subject of the token.
    pub accepted_by: Line<128>,
    /// When it may leave; in the past for a send that leaves at once.
    pub due_at: Timestamp,
    /// Why it does not leave at once.
    pub wait: Option<Wait>,
    /// Whether it leaves in quiet hours.
    pub urgent: bool,
    /// When what has not left is not worth sending any more.
    pub expires_at: Timestamp,
    /// How many parcels it was cut into.
    pub parcels: u16,
    /// What it costs.
    pub totals: Totals,
    /// How many people were left out.
    pub dropped: u32,
    /// What it did not cost.
    pub avoided: Avoided,
    /// The prices that were used.
    pub rate_card: RateCardVersion,
    /// The send that took up what of this one had not arrived.
    pub resent_as: Option<SendId>,
    /// How many messages ended in each state, once their texts are forgotten.
    pub tally: Option<Tally>,
}

/// What a send was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A template, in the version that it had.
    Template {
        /// Which.
        id: TemplateId,
        /// Its version.
        version: u64,
        /// Its label then.
        label: TemplateLabel,
        /// Whether its text was edited for this send.
        edited: bool,
    },
    /// A text written for this send.
    Text,
    /// The test SMS.
    Test,
    /// Messages of an earlier send, which did not arrive or of which nobody knows.
    Resend {
        /// Of which send.
        of: SendId,
        /// That send's template.
        template: Option<TemplateId>,
        /// The label of that send's template.
        label: Option<TemplateLabel>,
    },
}

/// How many messages are in each state, by the name that the API uses.
pub type Tally = BTreeMap<String, u32>;

impl Origin {
    /// The template that the texts were made from.
    pub const fn template(&self) -> Option<TemplateId> {
        match self {
            Self::Template { id, .. } => Some(*id),
            Self::Resend { template, .. } => *template,
            Self::Text | Self::Test => None,
        }
    }

    /// The label of the template that the texts were made from.
    pub const fn label(&self) -> Option<&TemplateLabel> {
        match self {
            Self::Template { label, .. } => Some(label),
            Self::Resend { label, .. } => label.as_ref(),
            Self::Text | Self::Test => None,
        }
    }
}

impl Send {
    /// How long a message is worth sending: an absence alert of yesterday is noise.
    pub const LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

    /// The state of a message that nobody has touched yet.
    pub fn untouched_state(&self, now: Timestamp) -> MessageState {
        if now < self.due_at { MessageState::Scheduled } else { MessageState::Queued }
    }
}
