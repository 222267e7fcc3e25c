//! This function's part of the OpenAPI document.

use utoipa::{OpenApi, openapi};

use crate::{asked, audit, exports, messages, statistics, usage};

#[derive(OpenApi)]
#[openapi(
    components(schemas(asked::StateName)),
    paths(
        messages::list,
        audit::list,
        statistics::show,
        usage::show,
        usage::months,
        exports::ask,
        exports::show,
    )
)]
struct Documentation;

/// The routes of this function, with their requests and responses.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
