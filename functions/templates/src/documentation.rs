//! What this function says of itself in the API's documentation.

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

/// The routes of this function and what they take and give.
pub fn documentation() -> openapi::OpenApi {
    Documentation::openapi()
}
