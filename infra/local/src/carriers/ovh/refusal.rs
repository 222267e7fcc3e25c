//! OVHcloud's refusals, with its messages.

use std::borrow::Cow;

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

/// An error of the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    status: StatusCode,
    class: &'static str,
    code: Option<&'static str>,
    message: Cow<'static, str>,
}

impl Refusal {
    const fn new(
        status: StatusCode,
        class: &'static str,
        code: Option<&'static str>,
        message: &'static str,
    ) -> Self {
        Self { status, class, code, message: Cow::Borrowed(message) }
    }

    pub const fn invalid_key() -> Self {
        let message = "This application key is invalid";
        Self::new(StatusCode::FORBIDDEN, "Client::Forbidden", Some("INVALID_KEY"), message)
    }

    pub const fn invalid_credential() -> Self {
        let message = "This credential is not valid";
        Self::new(StatusCode::FORBIDDEN, "Client::Forbidden", Some("INVALID_CREDENTIAL"), message)
    }

    pub const fn invalid_signature() -> Self {
        let message = "Invalid signature";
        Self::new(StatusCode::BAD_REQUEST, "Client::BadRequest", Some("INVALID_SIGNATURE"), message)
    }

    pub const fn query_time_out() -> Self {
        let message = "Query out of time";
        Self::new(StatusCode::BAD_REQUEST, "Client::BadRequest", Some("QUERY_TIME_OUT"), message)
    }

    pub const fn too_many_requests() -> Self {
        let message = "Too many requests: try again later";
        Self::new(StatusCode::TOO_MANY_REQUESTS, "Client::TooManyRequests", None, message)
    }

    pub const fn internal() -> Self {
        let message = "Internal server error";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "Server::InternalServerError", None, message)
    }

    /// A missing, unknown or invalid parameter.
    pub fn parameter(message: String) -> Self {
        let message = Cow::Owned(message);
        Self { message, ..Self::new(StatusCode::BAD_REQUEST, "Client::BadRequest", None, "") }
    }

    /// 404 for an unknown resource.
    pub fn not_found(name: &'static str) -> Self {
        let message = Cow::Owned(format!("The requested object ({name}) does not exist"));
        Self { message, ..Self::new(StatusCode::NOT_FOUND, "Client::NotFound", None, "") }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut body = json!({ "class": self.class, "message": self.message });
        if let Some(code) = self.code {
            body["errorCode"] = json!(code);
            body["httpCode"] = json!(self.status.to_string());
        }
        (self.status, Json(body)).into_response()
    }
}
