//! What this function says of itself in the API's documentation.

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

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
