//! What this function says of itself in the API's documentation.

use utoipa::{OpenApi, openapi};

use crate::file;

#[derive(OpenApi)]
#[openapi(paths(file::show))]
struct Documentation;

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
