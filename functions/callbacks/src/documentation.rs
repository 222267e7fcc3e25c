//! This function's part of the OpenAPI document.

use utoipa::{OpenApi, openapi};

use crate::{bridge, ovh, twilio};

#[derive(OpenApi)]
#[openapi(paths(twilio::receive, ovh::receive, bridge::receive))]
struct Documentation;

/// The routes of this function, with their requests and responses.
pub fn documentation() -> openapi::OpenApi {
    let mut document = Documentation::openapi();
    let paths = &mut document.paths.paths;
    // Replies have an address of their own, and the same handler.
    let mut replies = paths.get("/v1/receipts/twilio").cloned().unwrap_or_default();
    if let Some(operation) = &mut replies.post {
        operation.operation_id = Some("twilio_reply".to_owned());
        operation.summary = Some("Twilio tells what somebody answered".to_owned());
    }
    paths.insert("/v1/replies/twilio".to_owned(), replies);
    document
}
