//! What messages cost, told apart in each way.

use serde::Serialize;
use shared::{
    budget::Spending,
    id::TemplateId,
    line::Line,
    pricing::MicroEuros,
    template::{Context, TemplateLabel},
    usage::{MadeFrom, Usage},
};

/// The parts of a month. Each list adds up to the whole.
#[derive(Serialize)]
pub(crate) struct PartsBody {
    contexts: Vec<PartBody<ContextBody>>,
    /// Templates, and what was made without one, in lines of their own.
    templates: Vec<PartBody<MadeFromBody>>,
    territories: Vec<PartBody<TerritoryBody>>,
    users: Vec<PartBody<UserBody>>,
}

#[derive(Serialize)]
struct PartBody<Of> {
    #[serde(flatten)]
    of: Of,
    messages: u64,
    segments: u64,
    cost_micro_eur: MicroEuros,
}

#[derive(Serialize)]
struct ContextBody {
    context: Context,
}

#[derive(Serialize)]
#[serde(tag = "made_from", rename_all = "snake_case")]
enum MadeFromBody {
    Template {
        template: TemplateId,
        /// As it was called in its newest send.
        #[serde(skip_serializing_if = "Option::is_none")]
        label: Option<TemplateLabel>,
    },
    Text,
    Test,
    Resend,
}

#[derive(Serialize)]
struct TerritoryBody {
    /// ISO 3166-1; `XS` for simulated numbers.
    territory: String,
}

#[derive(Serialize)]
struct UserBody {
    /// The subject of the token.
    user: Line<128>,
}

impl From<Usage> for PartsBody {
    fn from(usage: Usage) -> Self {
        let Usage { contexts, made_from, mut labels, destinations, users, .. } = usage;
        let mut made_from_body = |made_from| match made_from {
            MadeFrom::Template(id) => MadeFromBody::Template { template: id, label: labels.remove(&id) },
            MadeFrom::Text => MadeFromBody::Text,
            MadeFrom::Test => MadeFromBody::Test,
            MadeFrom::Resend => MadeFromBody::Resend,
        };
        Self {
            contexts: parts(contexts, |context| ContextBody { context }),
            templates: parts(made_from, &mut made_from_body),
            territories: parts(destinations, |place| TerritoryBody { territory: place.code().to_owned() }),
            users: parts(users, |user| UserBody { user }),
        }
    }
}

/// The dearest first; of two as dear, the one with more messages.
fn parts<Key, Of>(
    parts: impl IntoIterator<Item = (Key, Spending)>,
    mut of: impl FnMut(Key) -> Of,
) -> Vec<PartBody<Of>> {
    let mut parts: Vec<_> = parts
        .into_iter()
        .map(|(key, Spending { messages, segments, committed })| PartBody {
            of: of(key),
            messages,
            segments,
            cost_micro_eur: committed,
        })
        .collect();
    parts.sort_by_key(|part| std::cmp::Reverse((part.cost_micro_eur, part.messages)));
    parts
}
