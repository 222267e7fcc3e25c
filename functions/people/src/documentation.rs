//! This function's part of the OpenAPI document.

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

/// The routes of this function, with their requests and responses.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
