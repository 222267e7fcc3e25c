//! A bridge's receipts and replies, signed as specified by Standard Webhooks.

use api::{FieldError, FieldErrors, Problem, ProblemKind, RawBody};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, StatusCode},
};
use carriers::bridge;
use domain::{
    delivery::{CarrierName, NotAReport},
    keys::Keys,
    language::{Explain, Phrase},
};

use crate::{
    deps::Deps,
    proofs::LARGEST,
    refusal::{no_key, not_understood, unsigned},
};

/// Receive an event of a bridge
///
/// A delivery receipt or a reply, signed according to Standard Webhooks. `infra/bridge/openapi.json` is the contract.
#[utoipa::path(
    post,
    path = "/v1/receipts/bridge",
    operation_id = "receiveBridgeEvent",
    tag = "carriers",
    params(
        ("webhook-id" = String, Header, description = "The identifier of the event, the same in every repetition."),
        ("webhook-timestamp" = String, Header, description = "The time of the signature, in Unix seconds."),
        ("webhook-signature" = String, Header, description = "`v1,` and the HMAC-SHA256 in base64. Several signatures are separated by spaces."),
    ),
    request_body(content = serde_json::Value, example = json!({
        "type": "receipt",
        "reference": "sch_01J0000000000000000000000A-snd_01J0000000000000000000000B-0000-00",
        "state": "delivered",
        "at": "2026-11-23T07:59:58Z",
    })),
    responses(
        (status = ACCEPTED, description = "The event is accepted."),
        (status = UNAUTHORIZED, description = "The signature is missing, invalid or too old."),
        (status = NOT_FOUND, description = "No bridge is configured."),
    ),
)]
pub(crate) async fn receive(
    State(deps): State<Deps>,
    headers: HeaderMap,
    request: Request,
) -> Result<StatusCode, Problem> {
    let key = deps.proofs.bridge.as_ref().ok_or_else(Problem::not_found)?;
    let body = RawBody::of_at_most(LARGEST, request).await?.0;
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp) = (header("webhook-id"), header("webhook-timestamp"));
    let is_signed =
        |keys: Keys| bridge::is_signed_by_any(&keys, id, timestamp, &body, header("webhook-signature"));
    let is_ours = bridge::is_fresh(timestamp, deps.clock.now())
        && (is_signed(key.keys().await.map_err(|error| no_key(&error))?)
            || is_signed(key.keys_after_refusal().await.map_err(|error| no_key(&error))?));
    if !is_ours {
        return Err(unsigned());
    }
    if !is_name(id) {
        return Err(FieldErrors::one(FieldError::described(
            "",
            "webhook_id",
            Phrase::fixed(
                "L’en-tête webhook-id nomme chaque événement : 1 à 80 lettres, chiffres, tirets ou soulignés, les mêmes à chaque répétition.",
                "The webhook-id header names each event: 1 to 80 letters, digits, hyphens or underscores, the same in every repetition.",
            ),
        ))
        .into());
    }
    let report = bridge::report(id, &body).map_err(|error| {
        let problem = not_understood(CarrierName::Bridge, error);
        match error {
            NotAReport::Unreadable => Problem::new(ProblemKind::MalformedJson, error.explain()),
            NotAReport::OffTheContract | NotAReport::NotOurs => problem,
        }
    })?;
    deps.hand_on(report).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Two events with one id would count as a repetition.
fn is_name(id: &str) -> bool {
    let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=80).contains(&id.len()) && id.bytes().all(is_ours)
}
