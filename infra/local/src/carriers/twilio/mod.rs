//! A stand-in for Twilio's `Messages` resource, with its callbacks.

mod callback;

use crate::carriers::records::{
    twilio::{Message, Status},
    twilio_refusal::Refusal,
};
pub(super) use callback::reply;

use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::delivery::CarrierName;
use serde_json::{Value, json};

use super::{
    form,
    network::{Receipt, Report, Text},
    reference::our_reference,
    stand_ins::{All, StandIns},
};

/// The base path of Twilio's API on this machine, in place of `https://api.twilio.com`.
pub const TWILIO_PATH: &str = "/local/carriers/twilio";

/// The sender chosen by a Messaging Service.
const SENDER_OF_THE_SERVICE: &str = "Carillon";

pub(super) fn routes() -> Router<All> {
    let messages = format!("{TWILIO_PATH}/2010-04-01/Accounts/{{account}}/Messages");
    Router::new()
        .route(&format!("{messages}.json"), get(list).post(create))
        .route(&format!("{messages}/{{message}}"), get(fetch))
}

/// HTTP Basic, for the account in the path.
fn let_in(all: &StandIns, account: &str, headers: &HeaderMap) -> Result<(), Refusal> {
    let credentials = &all.fake_carrier.credentials;
    let (sid, token) = (&credentials.twilio_account, &credentials.twilio_token);
    let expected = format!("Basic {}", BASE64_STANDARD.encode(format!("{sid}:{token}")));
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if given == Some(expected.as_str()) && account == sid { Ok(()) } else { Err(Refusal::AUTHENTICATE) }
}

/// Responds with the resource or the refusal.
fn answer(answered: Result<(StatusCode, Value), Refusal>) -> Response {
    match answered {
        Ok((status, resource)) => (status, Json(resource)).into_response(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn create(
    State(all): State<All>,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    answer(match let_in(&all, &account, &headers) {
        Ok(()) => take(&all, &headers, &body).await,
        Err(refusal) => Err(refusal),
    })
}

async fn take(all: &All, headers: &HeaderMap, body: &[u8]) -> Result<(StatusCode, Value), Refusal> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let is_form = content_type.is_some_and(|name| name.starts_with("application/x-www-form-urlencoded"));
    // With another content type, Twilio reads no field.
    let mut form = form::read(if is_form { body } else { b"" }).ok_or(Refusal::PARAMETERS)?;
    if let Some(refusal) = Refusal::of(&form) {
        return Err(refusal);
    }
    let mut field = |name: &str| form.remove(name);
    let (to, body) = (field("To").unwrap_or_default(), field("Body").unwrap_or_default());
    let (service, callback) = (field("MessagingServiceSid"), field("StatusCallback"));
    let from = field("From").unwrap_or_else(|| SENDER_OF_THE_SERVICE.to_owned());
    let phone = all.network.find(&to, callback.as_ref().unwrap_or(&format!("{to} {body}")))?;

    let sid = format!("SM{}", all.identifiers.hexadecimal());
    let given = callback.as_deref().and_then(|url| form::read(url.split_once('?')?.1.as_bytes()));
    let given = given.unwrap_or_default();
    let text = Text {
        carrier: CarrierName::Twilio,
        sender: &from,
        text: &body,
        reference: our_reference(given.values().map(String::as_str)).unwrap_or(&sid),
        message_id: &sid,
    };
    all.network.take(&phone, &text).await.map_err(|error| {
        tracing::error!(%error, "a text was not stored");
        Refusal::INTERNAL
    })?;
    let now = all.fake_carrier.clock.now();
    let status = match service {
        _ if phone.is_silent() => Status::Sent,
        Some(_) => Status::Accepted,
        None => Status::Queued,
    };
    let message = Message { sid, to, from, body, service, callback, created: now, updated: now, status };
    let resource = message.resource(&all.fake_carrier.credentials.twilio_account);
    let (reporting, sid) = (all.clone(), message.sid.clone());
    all.twilio.add(message);
    all.network.report(&phone, move |report| tell(&reporting, &sid, report));
    all.network.hold_answer(&phone).await;
    Ok((StatusCode::CREATED, resource))
}

fn tell(all: &StandIns, sid: &str, Report { receipt, at }: Report) {
    let status = match receipt {
        Receipt::Sent => Status::Sent,
        Receipt::Delivered => Status::Delivered,
        Receipt::Undelivered => Status::Undelivered,
    };
    if let Some(message) = all.twilio.update(sid, status, at) {
        callback::report(all, &message);
    }
}

async fn list(State(all): State<All>, Path(account): Path<String>, headers: HeaderMap, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let listed = let_in(&all, &account, &headers).and_then(|()| all.twilio.list(&account, query));
    answer(listed.map(|list| (StatusCode::OK, list)))
}

async fn fetch(
    State(all): State<All>,
    Path((account, message)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let found = let_in(&all, &account, &headers).and_then(|()| {
        let sid = message.strip_suffix(".json").unwrap_or_default();
        all.twilio.get(sid).ok_or(Refusal::NOT_FOUND)
    });
    answer(found.map(|message| (StatusCode::OK, json!(message.resource(&account)))))
}

#[cfg(test)]
mod tests;
