//! A send that was accepted.

use jiff::Timestamp;

use super::Totals;
use crate::{
    directory::Audience,
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
    /// When what has not left is not worth sending any more.
    pub expires_at: Timestamp,
    /// How many parcels it was cut into.
    pub parcels: u16,
    /// What it costs.
    pub totals: Totals,
    /// How many people were left out.
    pub dropped: u32,
    /// The prices that were used.
    pub rate_card: RateCardVersion,
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
}

impl Send {
    /// How long a message is worth sending: an absence alert of yesterday is noise.
    pub const LIFETIME: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);
}
