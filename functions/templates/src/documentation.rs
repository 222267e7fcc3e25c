//! This function's part of the OpenAPI document.

use utoipa::{OpenApi, openapi};

use crate::{catalogue, export, import, keeping, measure, templates};

#[derive(OpenApi)]
#[openapi(
    components(schemas(import::ImportedTemplate)),
    paths(
        catalogue::show,
        measure::measure,
        templates::list,
        templates::create,
        templates::show,
        templates::replace,
        templates::delete,
        export::export,
        import::import,
        templates::preview,
        keeping::archive,
        keeping::restore,
        keeping::duplicate,
        keeping::versions,
    )
)]
struct Documentation;

/// The routes of this function, with their requests and responses.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
