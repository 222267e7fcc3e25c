//! A stand-in for Amazon SNS: `Publish` to a phone number. SNS sends no receipts.

use std::collections::BTreeMap;

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::delivery::CarrierName;
use serde_json::json;

use super::{
    form,
    network::{self, Text},
    schemas,
    sigv4::{self, Flaw},
    stand_ins::{All, StandIns},
};

/// The service's endpoint on this machine.
pub const SNS_PATH: &str = "/local/carriers/sns";

const NAMESPACE: &str = "http://sns.amazonaws.com/doc/2010-03-31/";

pub(super) fn routes() -> Router<All> {
    Router::new().route(SNS_PATH, post(call)).route(&format!("{SNS_PATH}/"), post(call))
}

async fn call(State(all): State<All>, headers: HeaderMap, body: Bytes) -> Response {
    let (status, xml) = match publish(&all, &headers, &body).await {
        Ok(message) => {
            let result = format!("<PublishResult><MessageId>{message}</MessageId></PublishResult>");
            let metadata = format!("<RequestId>{}</RequestId>", all.identifiers.uuid());
            let answer = format!("{result}<ResponseMetadata>{metadata}</ResponseMetadata>");
            (StatusCode::OK, format!("<PublishResponse xmlns=\"{NAMESPACE}\">{answer}</PublishResponse>"))
        }
        Err(Refusal { status, code, message }) => {
            let error = format!("<Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>");
            let answer = format!("<Error>{error}</Error><RequestId>{}</RequestId>", all.identifiers.uuid());
            (status, format!("<ErrorResponse xmlns=\"{NAMESPACE}\">{answer}</ErrorResponse>"))
        }
    };
    (status, [("content-type", "text/xml")], xml).into_response()
}

/// An error of the service. Its message has no character that XML would escape.
#[derive(Debug)]
struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    fn parameter(name: &str) -> Self {
        let message = format!("Invalid parameter: {}", name.replace(['<', '>', '&'], "?"));
        Self::new(StatusCode::BAD_REQUEST, "InvalidParameter", message)
    }
}

async fn publish(all: &StandIns, headers: &HeaderMap, body: &[u8]) -> Result<String, Refusal> {
    sigv4::check(headers, "sns").map_err(|flaw| {
        let code = match flaw {
            Flaw::Missing => "MissingAuthenticationToken",
            Flaw::Wrong => "SignatureDoesNotMatch",
        };
        Refusal::new(StatusCode::FORBIDDEN, code, "The request is not signed for sns")
    })?;
    let form = form::read(body).ok_or_else(|| Refusal::parameter("one comes twice"))?;
    if let Some(violation) = schemas::violations(CarrierName::Sns, &json!(form)).first() {
        return Err(match violation.field.as_str() {
            "Action" => Refusal::new(StatusCode::BAD_REQUEST, "InvalidAction", "Only Publish is answered"),
            name => Refusal::parameter(name),
        });
    }
    let sender = sender(&form)?;
    let field = |name: &str| form.get(name).map(String::as_str).unwrap_or_default();
    let (to, text) = (field("PhoneNumber"), field("Message"));
    let message = all.identifiers.uuid();
    let phone = match all.network.find(to, &format!("{to} {text}")) {
        Ok(phone) => phone,
        Err(network::Refusal::InvalidNumber) => {
            let reason = "PhoneNumber Reason: the number is not valid to publish to";
            return Err(Refusal::parameter(reason));
        }
        Err(network::Refusal::PutOff) => {
            return Err(Refusal::new(StatusCode::BAD_REQUEST, "Throttling", "Rate exceeded"));
        }
        // SNS accepts a text to an opted-out number; only its delivery log shows the failure.
        Err(network::Refusal::OptedOut) => return Ok(message),
    };
    let text = Text { carrier: CarrierName::Sns, sender, text, reference: &message, message_id: &message };
    all.network.take(&phone, &text).await.map_err(|error| {
        tracing::error!(%error, "a text was not stored");
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", "An internal error occurred")
    })?;
    all.network.hold_answer(&phone).await;
    Ok(message)
}

/// Checks the attributes, which the form spreads over numbered fields, and returns the sender.
fn sender(form: &BTreeMap<String, String>) -> Result<&str, Refusal> {
    let mut sender = "";
    let names = form.iter().filter_map(|(field, name)| Some((field.strip_suffix(".Name")?, name.as_str())));
    let mut expected = 4;
    for (entry, name) in names {
        expected += 3;
        let value = |part: &str| form.get(&format!("{entry}.Value.{part}")).map(String::as_str);
        let (Some(kind), Some(value)) = (value("DataType"), value("StringValue")) else {
            return Err(Refusal::parameter(name));
        };
        let is_right = match name {
            "AWS.SNS.SMS.SenderID" => {
                sender = value;
                kind == "String" && is_sender(value)
            }
            "AWS.SNS.SMS.SMSType" => kind == "String" && matches!(value, "Transactional" | "Promotional"),
            _ => value.parse::<f64>().is_ok_and(|price| price >= 0.0),
        };
        if !is_right {
            return Err(Refusal::parameter(name));
        }
    }
    // A value without a name is an error.
    if form.len() == expected { Ok(sender) } else { Err(Refusal::parameter("MessageAttributes")) }
}

/// Up to eleven letters or digits, at least one of them a letter.
fn is_sender(text: &str) -> bool {
    (1..=11).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests;
