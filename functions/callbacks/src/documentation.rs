//! What this function says of itself in the API's documentation.

use utoipa::{OpenApi, openapi};

use crate::{bridge, ovh, twilio};

#[derive(OpenApi)]
#[openapi(paths(twilio::receive, ovh::receive, bridge::receive))]
struct Documentation;

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    let mut document = Documentation::openapi();
    let paths = &mut document.paths.paths;
    // Replies come to an address of their own, and to the same handler.
    let mut replies = paths.get("/v1/receipts/twilio").cloned().unwrap_or_default();
    if let Some(operation) = &mut replies.post {
        operation.operation_id = Some("receiveTwilioReply".to_owned());
        operation.summary = Some("Receive a reply through Twilio".to_owned());
    }
    paths.insert("/v1/replies/twilio".to_owned(), replies);
    document
}
