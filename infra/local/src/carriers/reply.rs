//! A phone's reply to its last text, through the same carrier.

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use domain::{delivery::CarrierName, phone::PhoneNumber, territory::Territory};
use serde::Deserialize;
use serde_json::json;

use super::{aws_sms, bridge, stand_ins::All, twilio};

pub(super) fn routes() -> Router<All> {
    Router::new().route("/local/phones/{number}/reply", post(reply))
}

/// The text of a reply.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    text: String,
}

/// `POST /local/phones/{number}/reply {"text": "STOP"}`, with the number in any spelling.
async fn reply(State(all): State<All>, Path(number): Path<String>, body: Bytes) -> Response {
    let reply: Reply = match serde_json::from_slice(&body) {
        Ok(reply) => reply,
        Err(error) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    };
    let number = match PhoneNumber::parse(&number, Territory::Metropole) {
        Ok(number) => number.e164(),
        Err(error) => return refuse(StatusCode::NOT_FOUND, &error.to_string()),
    };
    let Some(last) = all.fake_carrier.inbox.last_of(&number) else {
        return refuse(StatusCode::NOT_FOUND, "this phone received no text that it could answer");
    };
    all.network.hear(&number, &reply.text);
    match last.carrier {
        CarrierName::Bridge => bridge::reply(&all, &last, &reply.text),
        CarrierName::Twilio => twilio::reply(&all, &last, &reply.text),
        CarrierName::AwsSms => aws_sms::reply(&all, &last, &reply.text),
        // OVHcloud has a list to query; SNS does not report replies.
        CarrierName::Ovh | CarrierName::Sns | CarrierName::Simulator => {}
    }
    StatusCode::ACCEPTED.into_response()
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}
