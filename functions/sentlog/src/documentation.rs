//! What this function says of itself in the API's documentation.

use utoipa::{OpenApi, openapi};

use crate::messages;

#[derive(OpenApi)]
#[openapi(paths(messages::list))]
struct Documentation;

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
