//! Around every router: problems become documents, and each request leaves one line in the log.

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::Response,
};
use lambda_http::request::RequestContext;

use super::{Problem, ProblemKind};
use crate::{
    language::{Language, Phrase},
    telemetry,
};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A router as it is served: unknown paths and methods answer with problems too.
pub fn served(router: Router) -> Router {
    router
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async {
            Problem::new(
                ProblemKind::MethodNotAllowed,
                Phrase::fixed(
                    "Cette adresse existe, mais pas avec cette méthode HTTP.",
                    "This address exists, but not with this HTTP method.",
                ),
            )
        })
        .layer(from_fn(answer))
}

async fn answer(request: Request, next: Next) -> Response {
    let language = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or_else(Language::default, Language::from_accept_language);
    let request_id = match request.extensions().get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    // The route, never the path: a path may hold what a person typed.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let mut request = request;
    request.extensions_mut().insert(language);

    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        log_cause(&problem);
        response = problem.render(language, request_id.as_deref());
    }
    tracing::info!(%method, route, status = response.status().as_u16(), request_id, "request");
    if let Some(id) = request_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
        response.headers_mut().insert(REQUEST_ID.clone(), id);
    }
    response
}

/// What is a bug or a failing service is logged once, with its whole chain of causes.
fn log_cause(problem: &Problem) {
    let Some(cause) = problem.cause() else { return };
    let chain = telemetry::chain(cause);
    if problem.kind().status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(problem = problem.kind().slug(), chain, "failed");
    } else {
        tracing::warn!(problem = problem.kind().slug(), chain, "failed");
    }
}
