//! What this function says of itself in the API's documentation.

use utoipa::{OpenApi, openapi};

use crate::{access, erasure, opt_outs, people, preferences, upload};

#[derive(OpenApi)]
#[openapi(paths(
    people::list,
    people::create,
    people::show,
    people::replace,
    people::delete,
    upload::import,
    preferences::set,
    opt_outs::list,
    opt_outs::reopen,
    erasure::show,
    access::show,
))]
struct Documentation;

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
