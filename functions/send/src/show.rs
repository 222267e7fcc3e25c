//! `GET /v1/sends/{id}`: the progress of a send.

use api::{PathId, Problem, ReaderOf};
use axum::{Extension, Json, extract::State};
use domain::{
    audience::Audience,
    delivery::MessageState,
    id::{SchoolId, SendId, TemplateId},
    language::Language,
    sending::{Origin, Send, Tally, Timing},
    template::{Context, TemplateLabel},
};
use serde::Serialize;
use store::StoreError;
use utoipa::ToSchema;

use crate::{
    deps::Deps,
    dispatch::DispatchBody,
    plan_body::{AvoidedBody, TotalsBody},
};

#[derive(Serialize, ToSchema)]
#[schema(as = Send)]
pub(crate) struct SendBody {
    id: SendId,
    #[serde(skip_serializing_if = "Option::is_none")]
    template: Option<TemplateBody>,
    /// The original send of this resend.
    #[serde(skip_serializing_if = "Option::is_none")]
    resend_of: Option<SendId>,
    /// The latest resend of this send.
    #[serde(skip_serializing_if = "Option::is_none")]
    resent_as: Option<SendId>,
    audience: Audience,
    context: Context,
    #[schema(format = DateTime)]
    accepted_at: String,
    accepted_by: String,
    leaves: DispatchBody,
    /// The time at which unsent messages expire.
    #[schema(format = DateTime)]
    expires_at: String,
    totals: TotalsBody,
    avoided: AvoidedBody,
    /// The number of people who are not recipients.
    dropped: u32,
    /// The number of messages by state.
    #[schema(value_type = std::collections::BTreeMap<MessageState, u32>)]
    states: Tally,
}

#[derive(Serialize, ToSchema)]
#[schema(as = SentTemplate)]
struct TemplateBody {
    id: TemplateId,
    version: u64,
    label: TemplateLabel,
    /// Whether the text was edited for this send.
    edited: bool,
}

impl SendBody {
    fn new(send: Send, leaves: DispatchBody, states: Tally) -> Self {
        let resend_of = match send.origin {
            Origin::Resend { of, .. } => Some(of),
            _ => None,
        };
        Self {
            id: send.id,
            template: match send.origin {
                Origin::Template { id, version, label, edited } => {
                    Some(TemplateBody { id, version, label, edited })
                }
                Origin::Text | Origin::Test | Origin::Resend { .. } => None,
            },
            resend_of,
            resent_as: send.resent_as,
            audience: send.audience,
            context: send.context,
            accepted_at: send.accepted_at.to_string(),
            accepted_by: send.accepted_by.into(),
            leaves,
            expires_at: send.expires_at.to_string(),
            totals: send.totals.into(),
            avoided: send.avoided.into(),
            dropped: send.dropped,
            states,
        }
    }
}

/// Get a send
#[utoipa::path(
    get,
    path = "/v1/sends/{id}",
    operation_id = "getSend",
    tag = "sends",
    security(("bearer" = ["reader"])),
    params(("id" = SendId, Path, description = "The send.")),
    responses((status = OK, description = "The send.", body = SendBody)),
)]
pub(crate) async fn show(
    ReaderOf(tenant): ReaderOf,
    State(deps): State<Deps>,
    Extension(language): Extension<Language>,
    PathId(id): PathId<SendId>,
) -> Result<Json<SendBody>, Problem> {
    telemetry::concerns_send(id);
    let send = deps.table.send(tenant.school, id).await?.ok_or_else(Problem::not_found)?;
    let school = deps.table.school(tenant.school).await?.ok_or_else(Problem::not_found)?;
    let states = states(&deps, tenant.school, &send).await?;
    let timing =
        Timing { due_at: send.due_at, wait: send.wait, hour_was_skipped: false, urgent: send.urgent };
    let leaves = DispatchBody::new(&timing, &school, language);
    Ok(Json(SendBody::new(send, leaves, states)))
}

/// The number of a send's messages in each state.
async fn states(deps: &Deps, school: SchoolId, send: &Send) -> Result<Tally, StoreError> {
    if let Some(tally) = &send.tally {
        return Ok(tally.clone());
    }
    let progresses = deps.table.progresses(school, send.id).await?;
    let untouched = send.untouched_state(deps.clock.now());
    let mut states = Tally::new();
    let mut touched = 0;
    for state in progresses.iter().flat_map(|(_, progress)| progress.states()) {
        touched += 1;
        // The other messages of a partly cancelled parcel are in the state of untouched ones.
        let state = if state == MessageState::Queued { untouched } else { state };
        *states.entry(state.as_str().to_owned()).or_default() += 1;
    }
    // A parcel that nobody has touched has no progress yet.
    let rest = send.totals.messages.checked_sub(touched).ok_or(StoreError::Unreadable("progress"))?;
    if rest > 0 {
        *states.entry(untouched.as_str().to_owned()).or_default() += rest;
    }
    Ok(states)
}
