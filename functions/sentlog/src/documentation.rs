//! What this function says of itself in the API's documentation.

use utoipa::{OpenApi, openapi};

use crate::{asked, messages};

#[derive(OpenApi)]
#[openapi(components(schemas(asked::StateName)), paths(messages::list))]
struct Documentation;

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
