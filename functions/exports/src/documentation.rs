//! This function's part of the OpenAPI document.

use utoipa::{OpenApi, openapi};

use crate::file;

#[derive(OpenApi)]
#[openapi(paths(file::show))]
struct Documentation;

/// The routes of this function, with their requests and responses.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
