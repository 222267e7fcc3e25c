//! The layer around every router: problem documents and one log line per request.

use axum::{
    Router,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::{Next, from_fn},
    response::Response,
};
use lambda_http::{Context, request::RequestContext};
use tracing::{Instrument, field};

use super::{Problem, ProblemKind, Role, caller::Caller};
use domain::language::{Language, Phrase};

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Wraps a router: unknown paths and methods return problems, too.
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

/// Adds request id and school to every log line of a request.
async fn answer(request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let request_id = match extensions.get::<RequestContext>() {
        Some(RequestContext::ApiGatewayV2(context)) => context.request_id.clone(),
        _ => None,
    };
    let caller = Caller::of(extensions);
    let span = tracing::info_span!(
        "request",
        // API Gateway's id, which the response shows. Lambda's own log lines have a different one.
        request_id,
        lambda_request_id = extensions.get::<Context>().map(|context| context.request_id.as_str()),
        school = caller.school.map(field::display),
        send = field::Empty,
    );
    respond(request, next, request_id, caller.role).instrument(span).await
}

async fn respond(request: Request, next: Next, request_id: Option<String>, role: Option<Role>) -> Response {
    let language = request
        .headers()
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|value| value.to_str().ok())
        .map_or_else(Language::default, Language::from_accept_language);
    // The route template, never the path: a path may contain user input.
    let route = request.extensions().get::<MatchedPath>().map_or("-", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let mut request = request;
    request.extensions_mut().insert(language);

    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        log_cause(&problem);
        response = problem.render(language, request_id.as_deref());
    }
    let (status, role) = (response.status().as_u16(), role.map(Role::as_str));
    tracing::info!(%method, route, status, role, "request");
    if let Some(id) = request_id.and_then(|id| HeaderValue::from_str(&id).ok()) {
        response.headers_mut().insert(REQUEST_ID.clone(), id);
    }
    response
}

/// Logs a bug or a failing dependency once, with all its causes.
fn log_cause(problem: &Problem) {
    let Some(cause) = problem.cause() else { return };
    let chain = telemetry::chain(cause);
    if problem.kind().status() == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(problem = problem.kind().slug(), chain, "failed");
    } else {
        tracing::warn!(problem = problem.kind().slug(), chain, "failed");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use axum::{body::Body, routing::get};
    use lambda_http::{lambda_runtime::layers::trace::request_span, tower::ServiceExt};

    use super::*;
    use crate::request_context;
    use telemetry::written;

    /// The log lines of a request to `GET /v1/people/{id}` as received from the Lambda runtime.
    fn lines_of(role: &'static str, path: &'static str) -> String {
        let handler = || async {
            tracing::warn!("something odd");
            "[]"
        };
        let router = served(Router::new().route("/v1/people/{id}", get(handler)));
        let mut context = Context::default();
        context.request_id = "8f5079f7".to_owned();
        context.xray_trace_id = Some("Root=1-5".to_owned());
        let claims = [("sub", "who"), ("role", role), ("school_id", "sch_01J0000000000000000000000A")];
        let claims: HashMap<_, _> = claims.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
        let mut request = Request::get(path).body(Body::empty()).unwrap();
        request.extensions_mut().insert(request_context("JKJaXmPLvHcESHA=".to_owned(), Some(claims)));
        request.extensions_mut().insert(context.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        written(|| {
            let answered = router.oneshot(request).instrument(request_span(&context));
            runtime.block_on(answered).unwrap();
        })
    }

    #[test]
    fn every_line_of_a_request_has_its_identifiers_and_the_last_one_what_came_of_it() {
        insta::assert_snapshot!(lines_of("sender", "/v1/people/Martin"), @r#"
        {"lambda_request_id":"8f5079f7","level":"WARN","message":"something odd","request_id":"JKJaXmPLvHcESHA=","school":"sch_01J0000000000000000000000A"}
        {"lambda_request_id":"8f5079f7","level":"INFO","message":"request","method":"GET","request_id":"JKJaXmPLvHcESHA=","role":"sender","route":"/v1/people/{id}","school":"sch_01J0000000000000000000000A","status":200}
        "#);
    }

    #[test]
    fn a_path_that_nobody_knows_and_a_role_that_nobody_gave_are_not_repeated() {
        insta::assert_snapshot!(lines_of("Claire Martin", "/v1/Claire"), @r#"{"lambda_request_id":"8f5079f7","level":"INFO","message":"request","method":"GET","request_id":"JKJaXmPLvHcESHA=","route":"-","school":"sch_01J0000000000000000000000A","status":404}"#);
    }
}
