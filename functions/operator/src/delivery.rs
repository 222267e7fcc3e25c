//! `/v1/operator/delivery`: whether delivery goes on, and what ended in the dead-letter queue.

use api::{Operator, Problem, ProblemKind};
use axum::{Json, extract::State};
use domain::{
    delivery::{CarrierName, CarrierStatuses, DeliveryState, Share},
    language::Phrase,
};
use jiff::Timestamp;
use serde::Serialize;
use store::DeadLetter;
use utoipa::ToSchema;

use crate::deps::Deps;

/// Dead letters shown: an operator looks at the latest.
const SHOWN: i32 = 50;

#[derive(Serialize, ToSchema)]
#[schema(as = Delivery)]
pub(crate) struct DeliveryBody {
    state: StateBody,
    /// The time of the halt or of the resumption.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    since: Option<String>,
    /// Carriers with a halt or with failures.
    carriers: Vec<DeliveringCarrier>,
    dead_letters: Vec<DeadLetterBody>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = CarrierStatus)]
struct DeliveringCarrier {
    name: CarrierName,
    state: StateBody,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    since: Option<String>,
    /// The current share of the messages of the carrier, in percent.
    #[schema(maximum = 100)]
    share_percent: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    last_failed_at: Option<String>,
}

/// The state of delivery, the most severe first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeliveryState)]
enum StateBody {
    Halted,
    Resuming,
    Running,
}

const fn described(state: DeliveryState) -> (StateBody, Option<Timestamp>) {
    match state {
        DeliveryState::Running => (StateBody::Running, None),
        DeliveryState::Halted(since) => (StateBody::Halted, Some(since)),
        DeliveryState::Resuming(since) => (StateBody::Resuming, Some(since)),
    }
}

fn carriers(conditions: &CarrierStatuses, now: Timestamp) -> Vec<DeliveringCarrier> {
    let body = |(name, condition): (CarrierName, domain::delivery::CarrierStatus)| {
        let (state, since) = described(condition.state);
        DeliveringCarrier {
            name,
            state,
            since: since.map(|since| since.to_string()),
            share_percent: Share::at(condition.share, now) / 10,
            last_failed_at: condition.share.map(|share| share.parts().1.to_string()),
        }
    };
    conditions.iter().map(body).collect()
}

#[derive(Serialize, ToSchema)]
#[schema(as = DeadLetter)]
struct DeadLetterBody {
    message_id: String,
    #[schema(format = DateTime)]
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
    let conditions = deps.table.carrier_statuses().await?;
    let (state, since) = conditions
        .iter()
        .map(|(_, condition)| described(condition.state))
        .min_by_key(|(state, _)| *state)
        .unwrap_or(described(DeliveryState::Running));
    let since = since.map(|since| since.to_string());
    let carriers = carriers(&conditions, deps.clock.now());
    let dead_letters = deps.table.dead_letters(SHOWN).await?.into_iter().map(DeadLetterBody::from).collect();
    Ok(Json(DeliveryBody { state, since, carriers, dead_letters }))
}

/// Get the state of delivery
#[utoipa::path(
    get,
    path = "/v1/operator/delivery",
    operation_id = "getDelivery",
    tag = "operator",
    security(("bearer" = ["operator"])),
    responses((status = OK, description = "The state of delivery, and the latest dead letters.", body = DeliveryBody)),
)]
pub(crate) async fn show(_: Operator, State(deps): State<Deps>) -> Result<Json<DeliveryBody>, Problem> {
    body(&deps).await
}

/// Resume delivery
///
/// After the account at the carrier is in order.
#[utoipa::path(
    post,
    path = "/v1/operator/delivery/resume",
    operation_id = "resumeDelivery",
    tag = "operator",
    security(("bearer" = ["operator"])),
    responses(
        (status = OK, description = "The resumed delivery.", body = DeliveryBody),
        (status = CONFLICT, description = "Delivery is not halted."),
    ),
)]
// The one action after the account was looked after. The schedule brings back what was set aside.
pub(crate) async fn resume(_: Operator, State(deps): State<Deps>) -> Result<Json<DeliveryBody>, Problem> {
    if !deps.table.resume_carriers(deps.clock.now()).await? {
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
