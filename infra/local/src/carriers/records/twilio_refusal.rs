//! Twilio's refusals, with its codes.

use std::collections::BTreeMap;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use domain::delivery::CarrierName;
use serde_json::json;

use crate::carriers::{network, schemas};

/// One of Twilio's errors (<https://www.twilio.com/docs/api/errors>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::carriers) struct Refusal {
    status: u16,
    code: u32,
    message: &'static str,
}

impl Refusal {
    pub const AUTHENTICATE: Self = Self::new(401, 20003, "Authenticate");
    pub const NOT_FOUND: Self = Self::new(404, 20404, "The requested resource was not found");
    pub const INTERNAL: Self = Self::new(500, 20500, "An internal server error has occurred");
    pub const PARAMETERS: Self = Self::new(400, 20001, "Invalid parameter");

    const fn new(status: u16, code: u32, message: &'static str) -> Self {
        Self { status, code, message }
    }

    /// The refusal of a new message, if its form is invalid.
    pub fn of(form: &BTreeMap<String, String>) -> Option<Self> {
        let violations = schemas::violations(CarrierName::Twilio, &json!(form));
        let first = violations.first()?;
        let is_empty = |name: &str| form.get(name).is_none_or(String::is_empty);
        Some(match first.field.as_str() {
            _ if is_empty("To") => Self::new(400, 21604, "A 'To' phone number is required."),
            _ if is_empty("Body") => Self::new(400, 21602, "Message body is required."),
            _ if is_empty("From") && is_empty("MessagingServiceSid") => {
                Self::new(400, 21603, "A 'From' phone number is required.")
            }
            "To" => Self::from(network::Refusal::InvalidNumber),
            "From" => Self::new(400, 21212, "Invalid From Number"),
            "Body" => Self::new(400, 21617, "The concatenated message body exceeds the 1600 character limit"),
            "StatusCallback" => Self::new(400, 21609, "Invalid 'StatusCallback' URL"),
            _ => Self::PARAMETERS,
        })
    }
}

impl From<network::Refusal> for Refusal {
    fn from(refusal: network::Refusal) -> Self {
        match refusal {
            network::Refusal::InvalidNumber => Self::new(400, 21211, "Invalid 'To' Phone Number"),
            network::Refusal::OptedOut => Self::new(400, 21610, "Attempt to send to unsubscribed recipient"),
            network::Refusal::PutOff => Self::new(429, 20429, "Too Many Requests"),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self { status, code, message } = self;
        let more_info = format!("https://www.twilio.com/docs/errors/{code}");
        let body = json!({ "code": code, "message": message, "more_info": more_info, "status": status });
        (StatusCode::from_u16(status).expect("Twilio's statuses are those of HTTP"), Json(body))
            .into_response()
    }
}
