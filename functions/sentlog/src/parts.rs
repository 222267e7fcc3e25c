//! Usage by context, template, territory and user.

use domain::{
    budget::Spending,
    id::TemplateId,
    line::Line,
    phone::Country,
    pricing::MicroEuros,
    template::{Context, TemplateLabel},
    usage::{MadeFrom, Usage},
};
use serde::Serialize;
use utoipa::ToSchema;

/// The usage of a month by context, origin, territory and user. Each list adds up to the total.
#[derive(Serialize, ToSchema)]
#[schema(as = UsageBreakdown)]
pub(crate) struct PartsBody {
    contexts: Vec<ContextBody>,
    /// By template, and by other origins.
    templates: Vec<MadeFromBody>,
    territories: Vec<TerritoryBody>,
    users: Vec<UserBody>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UsageFigures)]
struct FiguresBody {
    messages: u64,
    segments: u64,
    cost_micro_eur: MicroEuros,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UsageByContext)]
struct ContextBody {
    context: Context,
    #[serde(flatten)]
    figures: FiguresBody,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UsageByOrigin)]
struct MadeFromBody {
    made_from: Made,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateId>,
    /// The label of the template in its latest send.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<TemplateLabel>,
    #[serde(flatten)]
    figures: FiguresBody,
}

/// The origin of texts: a template, a custom text, a test SMS, or a resend.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TextOrigin)]
enum Made {
    Template,
    Text,
    Test,
    Resend,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UsageByTerritory)]
struct TerritoryBody {
    /// The ISO 3166-1 code. `XS` for simulated numbers.
    #[schema(value_type = Country)]
    territory: String,
    #[serde(flatten)]
    figures: FiguresBody,
}

#[derive(Serialize, ToSchema)]
#[schema(as = UsageByUser)]
struct UserBody {
    /// The `sub` of the user.
    user: Line<128>,
    #[serde(flatten)]
    figures: FiguresBody,
}

impl From<Usage> for PartsBody {
    fn from(usage: Usage) -> Self {
        let Usage { contexts, made_from, mut labels, destinations, users, .. } = usage;
        let made_from_body = |origin, figures| {
            let (made_from, template) = match origin {
                MadeFrom::Template(id) => (Made::Template, Some(id)),
                MadeFrom::Text => (Made::Text, None),
                MadeFrom::Test => (Made::Test, None),
                MadeFrom::Resend => (Made::Resend, None),
            };
            MadeFromBody { made_from, template, label: template.and_then(|id| labels.remove(&id)), figures }
        };
        Self {
            contexts: parts(contexts, |context, figures| ContextBody { context, figures }),
            templates: parts(made_from, made_from_body),
            territories: parts(destinations, |place, figures| TerritoryBody {
                territory: place.code().to_owned(),
                figures,
            }),
            users: parts(users, |user, figures| UserBody { user, figures }),
        }
    }
}

/// Sorts by descending cost, then by descending number of messages.
fn parts<Key, Of>(
    parts: impl IntoIterator<Item = (Key, Spending)>,
    mut of: impl FnMut(Key, FiguresBody) -> Of,
) -> Vec<Of> {
    let mut parts: Vec<_> = parts.into_iter().collect();
    parts.sort_by_key(|(_, spending)| std::cmp::Reverse((spending.committed, spending.messages)));
    let figures = |Spending { messages, segments, committed }| FiguresBody {
        messages,
        segments,
        cost_micro_eur: committed,
    };
    parts.into_iter().map(|(key, spending)| of(key, figures(spending))).collect()
}
