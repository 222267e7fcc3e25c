//! A stand-in for AWS End User Messaging SMS: `SendTextMessage`, and the events by SNS.

mod event;

pub(super) use event::reply;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use domain::delivery::CarrierName;
use serde_json::{Value, json};

use super::{
    network,
    network::Text,
    reference::our_reference,
    schemas,
    sigv4::{self, Flaw},
    stand_ins::All,
};

/// The service's endpoint on this machine.
pub const AWS_SMS_PATH: &str = "/local/carriers/aws-sms";

pub(super) fn routes() -> Router<All> {
    Router::new().route(AWS_SMS_PATH, post(call)).route(&format!("{AWS_SMS_PATH}/"), post(call))
}

/// An error of the service, as AWS JSON.
struct Refusal {
    status: StatusCode,
    kind: &'static str,
    reason: Option<&'static str>,
    message: String,
}

impl Refusal {
    fn new(status: StatusCode, kind: &'static str, message: impl Into<String>) -> Self {
        Self { status, kind, reason: None, message: message.into() }
    }

    fn validation(reason: &'static str, message: impl Into<String>) -> Self {
        let refusal = Self::new(StatusCode::BAD_REQUEST, "ValidationException", message);
        Self { reason: Some(reason), ..refusal }
    }

    fn internal() -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "InternalServerException", "An internal error occurred")
    }
}

impl From<network::Refusal> for Refusal {
    fn from(refusal: network::Refusal) -> Self {
        match refusal {
            network::Refusal::InvalidNumber => {
                Self::validation("INVALID_PARAMETER", "DestinationPhoneNumber is not a mobile number")
            }
            network::Refusal::OptedOut => Self {
                reason: Some("DESTINATION_PHONE_NUMBER_OPTED_OUT"),
                ..Self::new(
                    StatusCode::BAD_REQUEST,
                    "ConflictException",
                    "Destination phone number opted out",
                )
            },
            network::Refusal::PutOff => {
                Self::new(StatusCode::BAD_REQUEST, "ThrottlingException", "Rate exceeded")
            }
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "__type": self.kind, "Message": self.message });
        if let Some(reason) = self.reason {
            body["Reason"] = json!(reason);
        }
        (self.status, [("content-type", "application/x-amz-json-1.0")], body.to_string()).into_response()
    }
}

async fn call(State(all): State<All>, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, Refusal> {
    check(&headers)?;
    let request: Value = serde_json::from_slice(&body)
        .map_err(|_| Refusal::new(StatusCode::BAD_REQUEST, "SerializationException", "Not JSON"))?;
    if let Some(violation) = schemas::violations(CarrierName::AwsSms, &request).first() {
        let reason = match violation.rule.as_str() {
            "required" => "MISSING_PARAMETER",
            "additionalProperties" => "UNSPECIFIED_PARAMETER_NOT_SUPPORTED",
            _ => "INVALID_PARAMETER",
        };
        return Err(Refusal::validation(reason, violation.to_string()));
    }
    let field = |name: &str| request[name].as_str().unwrap_or_default();
    let (to, text) = (field("DestinationPhoneNumber"), field("MessageBody"));
    let context = request.get("Context").and_then(Value::as_object);
    let key = context.map_or_else(|| format!("{to} {text}"), |given| Value::from(given.clone()).to_string());
    let phone = all.network.find(to, &key)?;
    let message_id = all.identifiers.uuid();
    if request["DryRun"] == true {
        return Ok(Json(json!({ "MessageId": message_id })));
    }
    let given = context.into_iter().flat_map(|context| context.values()).filter_map(Value::as_str);
    let text = Text {
        carrier: CarrierName::AwsSms,
        sender: field("OriginationIdentity"),
        text,
        reference: our_reference(given).unwrap_or(&message_id),
        message_id: &message_id,
    };
    all.network.take(&phone, &text).await.map_err(|error| {
        tracing::error!(%error, "a text was not stored");
        Refusal::internal()
    })?;
    // The configuration set routes the events: without one there are none.
    if !field("ConfigurationSetName").is_empty() {
        let subject = event::Subject::of(&phone.number, &text, context.cloned().unwrap_or_default());
        let reporting = all.clone();
        all.network.report(&phone, move |report| event::tell(&reporting, &subject, report));
    }
    all.network.hold_answer(&phone).await;
    Ok(Json(json!({ "MessageId": message_id })))
}

fn check(headers: &HeaderMap) -> Result<(), Refusal> {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let forbidden =
        |kind| Refusal::new(StatusCode::FORBIDDEN, kind, "The request is not signed for sms-voice");
    sigv4::check(headers, "sms-voice").map_err(|flaw| match flaw {
        Flaw::Missing => forbidden("MissingAuthenticationTokenException"),
        Flaw::Wrong => forbidden("InvalidSignatureException"),
    })?;
    if header("x-amz-target") != "PinpointSMSVoiceV2.SendTextMessage"
        || header("content-type") != "application/x-amz-json-1.0"
    {
        let message = "Only SendTextMessage in AWS JSON 1.0 is answered";
        return Err(Refusal::new(StatusCode::NOT_FOUND, "UnknownOperationException", message));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
