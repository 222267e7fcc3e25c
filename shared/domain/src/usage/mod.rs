//! What a school's messages cost, added up by occasion, template, place and user.

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

/// What messages were made from, as far as it is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MadeFrom {
    /// A template.
    Template(TemplateId),
    /// Texts written for one send.
    Text,
    /// The test SMS.
    Test,
    /// Messages of earlier sends.
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

/// The messages that are paid for: all of them, and each way of telling them apart adds up to the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// All of them.
    pub total: Spending,
    /// By the occasion.
    pub contexts: BTreeMap<Context, Spending>,
    /// By what they were made from.
    pub made_from: BTreeMap<MadeFrom, Spending>,
    /// What the templates were called in their newest send.
    pub labels: BTreeMap<TemplateId, TemplateLabel>,
    /// By where they went.
    pub destinations: BTreeMap<Destination, Spending>,
    /// By who sent them: the subject of the token.
    pub users: BTreeMap<Line<128>, Spending>,
}

impl Usage {
    /// Adds a message, newest send first; what nobody pays for is left out.
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
