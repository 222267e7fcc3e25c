//! OVHcloud's query routes: texts, their states, and opt-outs.

use crate::carriers::records::ovh::{Sms, datetime};
use axum::{
    Json,
    extract::{Path, State},
    http::Uri,
};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::carriers::{
    form,
    stand_ins::{All, StandIns},
};

type Answer<T> = Result<Json<T>, Refusal>;
type Filter = Box<dyn Fn(&Sms) -> bool + Send>;

/// Whether our application may use an SMS account.
pub(super) fn is_ours(all: &StandIns, service: &str) -> Result<(), Refusal> {
    if service == all.fake_carrier.credentials.ovh_service {
        Ok(())
    } else {
        Err(Refusal::not_found("serviceName"))
    }
}

/// `GET /sms/{service}/jobs`: pending texts.
pub(super) async fn pending(State(all): State<All>, Path(service): Path<String>) -> Answer<Vec<u64>> {
    is_ours(&all, &service)?;
    Ok(Json(all.ovh.ids(|sms| sms.last.is_none())))
}

/// `GET /sms/{service}/outgoing`: all texts, or those of a tag, a receiver, a period.
pub(super) async fn list(State(all): State<All>, Path(service): Path<String>, uri: Uri) -> Answer<Vec<u64>> {
    is_ours(&all, &service)?;
    let query = form::read(uri.query().unwrap_or_default().as_bytes());
    let query = query.ok_or_else(|| Refusal::parameter("A parameter comes twice".to_owned()))?;
    let mut filters: Vec<Filter> = Vec::new();
    for (name, value) in query {
        let not_valid = |_| Refusal::parameter(format!("[{name}] Given data is not valid"));
        filters.push(match name.as_str() {
            "tag" => Box::new(move |sms| sms.tag == value),
            "receiver" => Box::new(move |sms| sms.receiver == value),
            "sender" => Box::new(move |sms| sms.sender == value),
            "ptt" => Box::new(move |sms| sms.ptt().to_string() == value),
            "creationDatetime.from" => {
                let from: Timestamp = value.parse().map_err(not_valid)?;
                Box::new(move |sms| sms.created >= from)
            }
            "creationDatetime.to" => {
                let to: Timestamp = value.parse().map_err(not_valid)?;
                Box::new(move |sms| sms.created <= to)
            }
            _ => return Err(Refusal::parameter(format!("[{name}] Unknown parameter"))),
        });
    }
    Ok(Json(all.ovh.ids(|sms| filters.iter().all(|holds| holds(sms)))))
}

/// `GET /sms/{service}/outgoing/{id}`.
pub(super) async fn fetch(
    State(all): State<All>,
    Path((service, id)): Path<(String, String)>,
) -> Answer<Value> {
    is_ours(&all, &service)?;
    let sms = id.parse().ok().and_then(|id| all.ovh.get(id)).ok_or_else(|| Refusal::not_found("id"))?;
    Ok(Json(sms.resource()))
}

/// `GET /sms/{service}/blacklists`: opted-out numbers.
pub(super) async fn blacklist(State(all): State<All>, Path(service): Path<String>) -> Answer<Vec<String>> {
    is_ours(&all, &service)?;
    Ok(Json(all.network.all_stopped()))
}

/// `GET /sms/{service}/blacklists/{number}`.
pub(super) async fn blacklisted(
    State(all): State<All>,
    Path((service, number)): Path<(String, String)>,
) -> Answer<Value> {
    is_ours(&all, &service)?;
    let since = all.network.stopped_at(&number).ok_or_else(|| Refusal::not_found("number"))?;
    Ok(Json(json!({
        "number": number,
        "dateCreation": datetime(since),
        "batchID": null,
        "smsOutgoingID": null,
    })))
}
