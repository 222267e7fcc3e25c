//! The far end of the bridge contract: takes a text as an integrator's gateway would.

use std::time::Duration;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;
use shared::{
    carrier::{BridgeFinding, BridgeSms, BridgeState, is_signed},
    phone::{PhoneNumber, SimulatedBehaviour},
    school::Territory,
};

use super::{Phones, inbox::ReceivedSms};

/// Longer than the bridge waits for an answer.
const NO_ANSWER: Duration = Duration::from_secs(8);
const SLOW: Duration = Duration::from_secs(1);

fn carries_our_signature(phones: &Phones, headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp, signature) =
        (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    is_signed(&phones.key, id, timestamp, body, signature)
}

/// What became of a message. Of one whose answer never came, this bridge cannot tell.
pub(super) async fn find(
    State(phones): State<Phones>,
    Path(reference): Path<String>,
    headers: HeaderMap,
) -> Response {
    if !carries_our_signature(&phones, &headers, b"") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let state = match phones.inbox.number_of(&reference) {
        Some(number) => match PhoneNumber::parse(&number, Territory::Metropole).map(SimulatedBehaviour::of) {
            Ok(SimulatedBehaviour::TimesOut) => BridgeState::Unknown,
            _ => BridgeState::Accepted,
        },
        None => BridgeState::NeverReceived,
    };
    Json(BridgeFinding { reference, state }).into_response()
}

pub(super) async fn receive(State(phones): State<Phones>, headers: HeaderMap, body: Bytes) -> Response {
    if !carries_our_signature(&phones, &headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(sms) = serde_json::from_slice::<BridgeSms>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let Ok(number) = PhoneNumber::parse(&sms.to, Territory::Metropole) else {
        return refused("invalid_number");
    };
    let behaviour =
        if number.is_simulated() { SimulatedBehaviour::of(number) } else { SimulatedBehaviour::Delivered };
    match behaviour {
        SimulatedBehaviour::Refused => return refused("invalid_number"),
        SimulatedBehaviour::OptedOut => return refused("opted_out"),
        SimulatedBehaviour::TryLaterTwice if phones.inbox.put_off(&sms.reference, 2) => {
            return StatusCode::TOO_MANY_REQUESTS.into_response();
        }
        SimulatedBehaviour::Slow => tokio::time::sleep(SLOW).await,
        _ => {}
    }
    let received = ReceivedSms {
        number: sms.to,
        text: sms.text,
        reference: sms.reference,
        received_at: phones.clock.now().to_string(),
    };
    if behaviour != SimulatedBehaviour::Undelivered
        && let Err(error) = phones.inbox.receive(received)
    {
        tracing::error!(%error, "a phone could not keep its text");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    if behaviour == SimulatedBehaviour::TimesOut {
        tokio::time::sleep(NO_ANSWER).await;
    }
    StatusCode::ACCEPTED.into_response()
}

fn refused(reason: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "reason": reason }))).into_response()
}
