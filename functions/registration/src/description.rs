//! `GET /v1/openapi.json`: the OpenAPI document.

use axum::{http::header, response::IntoResponse};

/// The committed document. A test compares it with the code.
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
        // The document changes only with a deployment.
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, DOCUMENT)
}
