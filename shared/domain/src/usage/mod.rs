//! A school's spending by context, template, destination and user.

mod forecast;
mod statement;

pub use forecast::forecast;
pub use statement::Statement;

use std::collections::BTreeMap;

use crate::{
    budget::Spending,
    id::TemplateId,
    line::Line,
    phone::Destination,
    sending::Origin,
    sent_log::Logged,
    template::{Context, TemplateLabel},
};

/// The source of messages, for the breakdown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MadeFrom {
    Template(TemplateId),
    /// Texts written for one send.
    Text,
    Test,
    /// Messages resent from earlier sends.
    Resend,
}

impl From<&Origin> for MadeFrom {
    fn from(origin: &Origin) -> Self {
        match origin {
            Origin::Template { id, .. } => Self::Template(*id),
            Origin::Text => Self::Text,
            Origin::Test => Self::Test,
            Origin::Resend { .. } => Self::Resend,
        }
    }
}

/// Charged messages: the total and its breakdowns, each of which adds up to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    pub total: Spending,
    pub contexts: BTreeMap<Context, Spending>,
    pub made_from: BTreeMap<MadeFrom, Spending>,
    /// The template labels in their latest sends.
    pub labels: BTreeMap<TemplateId, TemplateLabel>,
    pub destinations: BTreeMap<Destination, Spending>,
    /// By the `sub` claim of the sender's token.
    pub users: BTreeMap<Line<128>, Spending>,
}

impl Usage {
    /// Adds a message, newest send first; ignores messages that are not charged.
    pub fn add(&mut self, logged: &Logged<'_>) {
        if !logged.is_charged {
            return;
        }
        let Logged { send, message, .. } = logged;
        let (segments, price) = (message.segments(), message.price());
        if let Origin::Template { id, label, .. } = &send.origin {
            self.labels.entry(*id).or_insert_with(|| label.clone());
        }
        if !self.users.contains_key(&send.accepted_by) {
            self.users.insert(send.accepted_by.clone(), Spending::default());
        }
        let of_user = self.users.get_mut(&send.accepted_by);
        for spending in [
            &mut self.total,
            self.contexts.entry(send.context).or_default(),
            self.made_from.entry(MadeFrom::from(&send.origin)).or_default(),
            self.destinations.entry(message.destination()).or_default(),
        ]
        .into_iter()
        .chain(of_user)
        {
            spending.add(segments, price);
        }
    }
}
