//! The API documentation page (Swagger UI), served from this program alone.

use std::sync::{Arc, LazyLock};

use axum::{
    Router,
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use utoipa_swagger_ui::{Config, serve};

pub(crate) const API_PAGE: &str = "/local/api";

/// The page loads this document and contacts no external validator.
static CONFIG: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| {
    let config = Config::from("/v1/openapi.json").validator_url("none").persist_authorization(true);
    Arc::new(config.try_it_out_enabled(true))
});

/// The page and its files.
pub(crate) fn pages() -> Router {
    Router::new()
        .route(API_PAGE, get(|| async { Redirect::permanent("/local/api/") }))
        .route("/local/api/", get(|| async { file("index.html") }))
        .route("/local/api/{file}", get(|Path(name): Path<String>| async move { file(&name) }))
}

fn file(name: &str) -> Response {
    match serve(name, CONFIG.clone()) {
        Ok(Some(file)) => {
            ([(header::CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response()
        }
        Ok(None) | Err(_) => StatusCode::NOT_FOUND.into_response(),
    }
}
