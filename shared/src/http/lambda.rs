//! HTTP on Lambda: a function that asks for its first event before it has built its routes.

use std::sync::{Arc, LazyLock};

use axum::Router;
use lambda_http::{Error, Request, service_fn};
use tower::ServiceExt;

/// Answers API Gateway until Lambda ends this process. The routes are built by the first request: a function that
/// is started ahead of need costs nothing for them.
pub async fn run(routes: impl FnOnce() -> Router + Send + 'static) -> Result<(), Error> {
    let routes = Arc::new(LazyLock::new(routes));
    lambda_http::run(service_fn(move |request: Request| {
        let routes = Router::clone(&routes);
        routes.oneshot(request)
    }))
    .await
}
