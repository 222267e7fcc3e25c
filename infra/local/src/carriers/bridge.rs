//! The other side of the bridge contract: receives texts like an integrator's gateway, and sends signed
//! receipts and replies.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use carriers::{BridgeFinding, BridgeSms, BridgeState, is_signed, sign};
use domain::delivery::CarrierName;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    courier,
    identifiers::hex,
    network::{Receipt, Refusal, Report, Text},
    schemas,
    stand_ins::{All, StandIns},
};
use crate::phones::ReceivedSms;

/// The address of the bridge.
pub const BRIDGE_PATH: &str = "/local/bridge";

pub(super) fn routes() -> Router<All> {
    Router::new().route(BRIDGE_PATH, post(receive)).route(&format!("{BRIDGE_PATH}/{{reference}}"), get(find))
}

fn carries_our_signature(all: &StandIns, headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp, signature) =
        (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    is_signed(&all.fake_carrier.credentials.bridge_key, id, timestamp, body, signature)
}

/// The state of a message. Unknown for one whose response was withheld.
async fn find(State(all): State<All>, Path(reference): Path<String>, headers: HeaderMap) -> Response {
    if !carries_our_signature(&all, &headers, b"") {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let state = match all.fake_carrier.inbox.number_of(&reference) {
        Some(number) if all.network.lost_the_answer_to(&number) => BridgeState::Unknown,
        Some(_) => BridgeState::Accepted,
        None => BridgeState::NeverReceived,
    };
    Json(BridgeFinding { reference, state }).into_response()
}

async fn receive(State(all): State<All>, headers: HeaderMap, body: Bytes) -> Response {
    if !carries_our_signature(&all, &headers, &body) {
        return StatusCode::UNAUTHORIZED.into_response();
    }
    let Ok(value) = serde_json::from_slice::<Value>(&body) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    if !schemas::violations(CarrierName::Bridge, &value).is_empty() {
        return StatusCode::BAD_REQUEST.into_response();
    }
    let Ok(sms) = serde_json::from_value::<BridgeSms>(value) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let phone = match all.network.find(&sms.to, &sms.reference) {
        Ok(phone) => phone,
        Err(Refusal::InvalidNumber) => return refused("invalid_number"),
        Err(Refusal::OptedOut) => return refused("opted_out"),
        Err(Refusal::PutOff) => return StatusCode::TOO_MANY_REQUESTS.into_response(),
    };
    let text = Text {
        carrier: CarrierName::Bridge,
        sender: "",
        text: &sms.text,
        reference: &sms.reference,
        message_id: &sms.reference,
    };
    if let Err(error) = all.network.take(&phone, &text).await {
        tracing::error!(%error, "a text was not stored");
        return StatusCode::SERVICE_UNAVAILABLE.into_response();
    }
    let reporting = all.clone();
    all.network.report(&phone, move |report| tell(&reporting, &sms.reference, report));
    all.network.hold_answer(&phone).await;
    StatusCode::ACCEPTED.into_response()
}

fn refused(reason: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(json!({ "reason": reason }))).into_response()
}

fn tell(all: &StandIns, reference: &str, Report { receipt, at }: Report) {
    let state = match receipt {
        Receipt::Sent => "sent",
        Receipt::Delivered => "delivered",
        Receipt::Undelivered => "failed",
    };
    let mut event =
        json!({ "type": "receipt", "reference": reference, "state": state, "at": at.to_string() });
    if receipt == Receipt::Undelivered {
        event["reason"] = json!("undelivered");
    }
    // The id is derived from the content, so that a repetition has the same id.
    let digest = Sha256::new().chain_update(reference).chain_update(state).finalize();
    bring(all, format!("evt_{}", hex(&digest[..16])), event.to_string());
}

/// A reply to a phone's last text.
pub(super) fn reply(all: &StandIns, last: &ReceivedSms, text: &str) {
    let event = json!({
        "type": "reply",
        "from": last.number,
        "text": text,
        "in_reply_to": last.reference,
        "at": all.fake_carrier.clock.now().to_string(),
    });
    bring(all, format!("evt_{}", all.identifiers.hexadecimal()), event.to_string());
}

/// Each attempt has its own timestamp and signature, and the same event id.
fn bring(all: &StandIns, id: String, body: String) {
    let url = format!("{}/v1/receipts/bridge", all.fake_carrier.callbacks);
    let (key, clock) = (all.fake_carrier.credentials.bridge_key.clone(), all.fake_carrier.clock.clone());
    all.courier.bring(CarrierName::Bridge, move || {
        let timestamp = clock.now().as_second().to_string();
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", id.clone()),
            ("webhook-signature", sign(&key, &id, &timestamp, body.as_bytes())),
            ("webhook-timestamp", timestamp),
        ];
        courier::request("POST", &url, headers, body.clone())
    });
}

#[cfg(test)]
mod tests;
