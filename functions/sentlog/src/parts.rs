//! Usage by context, template, territory and user.

use domain::{
    budget::Spending,
    id::TemplateId,
    line::Line,
    pricing::MicroEuros,
    template::{Context, TemplateLabel},
    usage::{MadeFrom, Usage},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The parts of a month. Each list adds up to the whole.
#[derive(Serialize, ToSchema)]
#[schema(as = MonthParts)]
pub(crate) struct PartsBody {
    contexts: Vec<PartBody<ContextBody>>,
    /// Templates, and what was made without one, in lines of their own.
    templates: Vec<PartBody<MadeFromBody>>,
    territories: Vec<PartBody<TerritoryBody>>,
    users: Vec<PartBody<UserBody>>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = MonthPart)]
struct PartBody<Of: ToSchema> {
    #[serde(flatten)]
    of: Of,
    messages: u64,
    segments: u64,
    cost_micro_eur: MicroEuros,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OfContext)]
struct ContextBody {
    context: Context,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OfOrigin)]
struct MadeFromBody {
    made_from: Made,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateId>,
    /// As the template was called in its newest send.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<TemplateLabel>,
}

/// What texts were made from: a template, words of one send, the test SMS, messages of earlier sends.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MadeFrom)]
enum Made {
    Template,
    Text,
    Test,
    Resend,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OfTerritory)]
struct TerritoryBody {
    /// ISO 3166-1; `XS` for simulated numbers.
    territory: String,
}

#[derive(Serialize, ToSchema)]
#[schema(as = OfUser)]
struct UserBody {
    /// The subject of the token.
    user: Line<128>,
}

impl From<Usage> for PartsBody {
    fn from(usage: Usage) -> Self {
        let Usage { contexts, made_from, mut labels, destinations, users, .. } = usage;
        let without = |made_from| MadeFromBody { made_from, template: None, label: None };
        let mut made_from_body = |made_from| match made_from {
            MadeFrom::Template(id) => {
                MadeFromBody { made_from: Made::Template, template: Some(id), label: labels.remove(&id) }
            }
            MadeFrom::Text => without(Made::Text),
            MadeFrom::Test => without(Made::Test),
            MadeFrom::Resend => without(Made::Resend),
        };
        Self {
            contexts: parts(contexts, |context| ContextBody { context }),
            templates: parts(made_from, &mut made_from_body),
            territories: parts(destinations, |place| TerritoryBody { territory: place.code().to_owned() }),
            users: parts(users, |user| UserBody { user }),
        }
    }
}

/// Sorts by descending cost, then by descending number of messages.
fn parts<Key, Of: ToSchema>(
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
