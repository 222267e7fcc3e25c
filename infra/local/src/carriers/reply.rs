//! A phone answers its last text, through the carrier that brought it.

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

/// What the person types.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    text: String,
}

/// `POST /local/phones/{number}/reply {"text": "STOP"}`. Any spelling of the number does.
async fn reply(State(all): State<All>, Path(number): Path<String>, body: Bytes) -> Response {
    let reply: Reply = match serde_json::from_slice(&body) {
        Ok(reply) => reply,
        Err(error) => return refuse(StatusCode::UNPROCESSABLE_ENTITY, &error.to_string()),
    };
    let number = match PhoneNumber::parse(&number, Territory::Metropole) {
        Ok(number) => number.e164(),
        Err(error) => return refuse(StatusCode::NOT_FOUND, &error.to_string()),
    };
    let Some(last) = all.far_end.inbox.last_of(&number) else {
        return refuse(StatusCode::NOT_FOUND, "this phone received no text that it could answer");
    };
    all.network.hear(&number, &reply.text);
    match last.carrier {
        CarrierName::Bridge => bridge::reply(&all, &last, &reply.text),
        CarrierName::Twilio => twilio::reply(&all, &last, &reply.text),
        CarrierName::AwsSms => aws_sms::reply(&all, &last, &reply.text),
        // OVHcloud keeps a list that it is asked for; SNS tells nobody.
        CarrierName::Ovh | CarrierName::Sns | CarrierName::Simulator => {}
    }
    StatusCode::ACCEPTED.into_response()
}

fn refuse(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why }))).into_response()
}
