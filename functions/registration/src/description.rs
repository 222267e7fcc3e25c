//! `GET /v1/openapi.json`: this API, described for programs.

use axum::{http::header, response::IntoResponse};

/// The committed document, which a test holds to the code.
const DOCUMENT: &[u8] = include_bytes!("../../../infra/openapi.json");

/// Get the OpenAPI document
///
/// This document, in OpenAPI 3.1.
#[utoipa::path(
    get,
    path = "/v1/openapi.json",
    operation_id = "getOpenApi",
    tag = "documentation",
    security(()),
    responses((status = OK, description = "The document.", body = Object)),
)]
pub(crate) async fn show() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        // It changes with a deployment only.
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, DOCUMENT)
}
