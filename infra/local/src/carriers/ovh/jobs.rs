//! `POST /sms/{service}/jobs`: one text to one or several receivers.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
};
use domain::{delivery::CarrierName, text::MeasuredText};
use serde::Deserialize;
use serde_json::{Value, json};

use super::refusal::Refusal;
use crate::carriers::records::ovh::Sms;
use crate::carriers::{
    courier, form, network,
    network::{Phone, Receipt, Report, Text},
    schemas,
    stand_ins::{All, StandIns},
};

#[derive(Deserialize)]
struct Job {
    message: String,
    receivers: Vec<String>,
    #[serde(default)]
    sender: String,
    #[serde(default)]
    tag: String,
}

/// The valid and the invalid receivers of a text.
struct Receivers {
    valid: Vec<(String, Phone)>,
    invalid: Vec<String>,
}

pub(super) async fn create(
    State(all): State<All>,
    Path(service): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Refusal> {
    super::asked::is_ours(&all, &service)?;
    let job = read(&body)?;
    let receivers = look_up(&all, &job)?;
    let mut ids = Vec::with_capacity(receivers.valid.len());
    for (_, phone) in &receivers.valid {
        ids.push(take(&all, &job, phone).await?);
    }
    for (_, phone) in &receivers.valid {
        all.network.hold_answer(phone).await;
    }
    let parts = f64::from(MeasuredText::of(&job.message).segments.get());
    let taken = f64::from(u32::try_from(ids.len()).expect("a request is of megabytes at most"));
    let valid: Vec<_> = receivers.valid.into_iter().map(|(receiver, _)| receiver).collect();
    Ok(Json(json!({
        "ids": ids,
        "validReceivers": valid,
        "invalidReceivers": receivers.invalid,
        "totalCreditsRemoved": parts * taken,
        "tag": job.tag,
    })))
}

fn read(body: &[u8]) -> Result<Job, Refusal> {
    let not_json = |_| Refusal::parameter("Invalid JSON received".to_owned());
    let body: Value = serde_json::from_slice(body).map_err(not_json)?;
    if let Some(violation) = schemas::violations(CarrierName::Ovh, &body).first() {
        let what = match violation.rule.as_str() {
            "required" => "Missing parameter",
            "additionalProperties" => "Unknown parameter",
            _ => "Given data is not valid",
        };
        return Err(Refusal::parameter(format!("[{}] {what}", violation.field)));
    }
    serde_json::from_value(body).map_err(not_json)
}

/// Looks up all receivers before accepting any text: a throttled request accepts none.
fn look_up(all: &StandIns, job: &Job) -> Result<Receivers, Refusal> {
    let mut receivers = Receivers { valid: Vec::new(), invalid: Vec::new() };
    for receiver in &job.receivers {
        let slot = if job.tag.is_empty() { &job.message } else { &job.tag };
        match all.network.find(receiver, &format!("{receiver} {slot}")) {
            Ok(phone) => receivers.valid.push((receiver.clone(), phone)),
            Err(network::Refusal::PutOff) => return Err(Refusal::too_many_requests()),
            Err(network::Refusal::InvalidNumber | network::Refusal::OptedOut) => {
                receivers.invalid.push(receiver.clone());
            }
        }
    }
    Ok(receivers)
}

async fn take(all: &All, job: &Job, phone: &Phone) -> Result<u64, Refusal> {
    let id = all.identifiers.number();
    let name = id.to_string();
    let text = Text {
        carrier: CarrierName::Ovh,
        sender: &job.sender,
        text: &job.message,
        reference: if job.tag.is_empty() { &name } else { &job.tag },
        message_id: &name,
    };
    all.network.take(phone, &text).await.map_err(|error| {
        tracing::error!(%error, "a text was not stored");
        Refusal::internal()
    })?;
    let mut sms = Sms {
        id,
        receiver: phone.number.clone(),
        message: job.message.clone(),
        sender: job.sender.clone(),
        tag: job.tag.clone(),
        created: all.fake_carrier.clock.now(),
        last: None,
    };
    if phone.is_silent() {
        sms.last = Some(Report { receipt: Receipt::Sent, at: sms.created });
    }
    all.ovh.add(sms);
    let reporting = all.clone();
    all.network.report(phone, move |report| tell(&reporting, id, report));
    Ok(id)
}

/// The callback is an unsigned `GET`; its path holds a secret.
fn tell(all: &StandIns, id: u64, report: Report) {
    let Some(sms) = all.ovh.update(id, report) else { return };
    let query = form::write(&[
        ("id", id.to_string()),
        ("ptt", sms.ptt().to_string()),
        ("date", report.at.strftime("%Y%m%d%H%M%S").to_string()),
        ("description", sms.description().to_owned()),
        ("descriptionDlr", sms.description_of_delivery().to_owned()),
    ]);
    let secret = &all.fake_carrier.credentials.ovh_callback_secret;
    let url = format!("{}/v1/receipts/ovh/{secret}?{query}", all.fake_carrier.callbacks);
    all.courier.bring(CarrierName::Ovh, move || courier::request("GET", &url, Vec::new(), String::new()));
}
