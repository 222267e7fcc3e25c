//! `/v1/operator/delivery`: whether delivery goes on, and what ended in the dead-letter queue.

use axum::{Json, extract::State};
use serde::Serialize;
use shared::{
    http::{Operator, Problem, ProblemKind},
    language::Phrase,
    store::{DeadLetter, DeliveryState},
};

use crate::Deps;

/// Dead letters shown: an operator looks at the latest.
const SHOWN: i32 = 50;

#[derive(Serialize)]
pub(crate) struct DeliveryBody {
    state: &'static str,
    /// Since when it is halted, or when the operator told it to go on.
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    dead_letters: Vec<DeadLetterBody>,
}

#[derive(Serialize)]
struct DeadLetterBody {
    message_id: String,
    sent_at: String,
    body: String,
    fate: String,
}

impl From<DeadLetter> for DeadLetterBody {
    fn from(letter: DeadLetter) -> Self {
        Self {
            message_id: letter.message_id,
            sent_at: letter.sent_at.to_string(),
            body: letter.body,
            fate: letter.fate,
        }
    }
}

async fn body(deps: &Deps) -> Result<Json<DeliveryBody>, Problem> {
    let (state, since) = match deps.table.delivery_state().await? {
        DeliveryState::Running => ("running", None),
        DeliveryState::Halted(since) => ("halted", Some(since.to_string())),
        DeliveryState::Resuming(since) => ("resuming", Some(since.to_string())),
    };
    let dead_letters = deps.table.dead_letters(SHOWN).await?.into_iter().map(DeadLetterBody::from).collect();
    Ok(Json(DeliveryBody { state, since, dead_letters }))
}

pub(crate) async fn show(_: Operator, State(deps): State<Deps>) -> Result<Json<DeliveryBody>, Problem> {
    body(&deps).await
}

/// The one action after the account was looked after. The schedule brings back what was set aside.
pub(crate) async fn resume(_: Operator, State(deps): State<Deps>) -> Result<Json<DeliveryBody>, Problem> {
    if !deps.table.resume_delivery(deps.clock.now()).await? {
        return Err(Problem::new(
            ProblemKind::StateConflict,
            Phrase::fixed(
                "La distribution n’est pas arrêtée : il n’y a rien à reprendre.",
                "Delivery is not halted: there is nothing to resume.",
            ),
        ));
    }
    tracing::info!("the operator resumed delivery");
    body(&deps).await
}
