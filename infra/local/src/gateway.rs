//! The HTTP gateway: authorizes requests like API Gateway, and calls the functions.

use api::{Role, request_context, served};
use axum::{
    Json, Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use domain::{clock::Clock, id::SchoolId};
use serde::{Deserialize, Serialize};
use tower::ServiceExt;

use crate::{
    Tokens,
    body_kind::{as_text, is_text},
    functions::Functions,
};

/// The gateway's dependencies.
#[derive(Clone)]
pub(crate) struct Gateway {
    pub functions: Functions,
    pub tokens: Tokens,
    pub clock: std::sync::Arc<dyn Clock>,
}

/// API Gateway's limit of ten megabytes.
const MAX_REQUEST_BYTES: usize = 10_000_000;

/// The routes of the gateway and of the phones page.
pub(crate) fn router(gateway: Gateway, phones: Router) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::temporary("/phones") }))
        .route("/local/tokens", post(issue_token))
        // A route would leave its own path parameters in the request.
        .fallback(call)
        .with_state(gateway)
        .merge(phones)
}

/// Calls the function of a path.
pub(crate) async fn call(State(gateway): State<Gateway>, request: Request) -> Response {
    let Some(function) = gateway.functions.of_path(request.uri().path()) else {
        return answer(served(Router::new()), request).await;
    };
    let claims = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
        .and_then(|token| gateway.tokens.verify(token.trim()));
    let (mut parts, body) = request.into_parts();
    // Like API Gateway, reads the whole body before calling the function.
    let Ok(bytes) = to_bytes(body, MAX_REQUEST_BYTES).await else {
        let told = Json(serde_json::json!({ "message": "Request Entity Too Large" }));
        return (StatusCode::PAYLOAD_TOO_LARGE, told).into_response();
    };
    let body = match is_text(&parts.headers) {
        true => Body::from(as_text(&bytes).into_owned()),
        false => Body::from(bytes),
    };
    parts.extensions.insert(request_context(request_id(), claims));
    answer(function, Request::from_parts(parts, body)).await
}

async fn answer(function: Router, request: Request) -> Response {
    match function.oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

fn request_id() -> String {
    format!("req_{}", domain::id::RandomToken::generate())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenRequest {
    /// Empty for a new school, which gets a new id.
    school_id: Option<SchoolId>,
    role: String,
    /// The subject; "local" by default.
    sub: Option<String>,
}

#[derive(Serialize)]
struct TokenAnswer {
    token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    school_id: Option<SchoolId>,
}

/// `POST /local/tokens {school_id, role}`.
async fn issue_token(State(gateway): State<Gateway>, body: Bytes) -> Response {
    let request = serde_json::from_slice::<TokenRequest>(&body).map_err(|error| error.to_string());
    let (request, role) = match request {
        Ok(request) => match Role::parse(&request.role) {
            Some(role) => (request, role),
            None => return refuse("role is one of admin, sender, reader, operator"),
        },
        Err(error) => return refuse(&error),
    };
    let school_id = match role {
        Role::Operator => None,
        _ => Some(request.school_id.unwrap_or_else(|| SchoolId::generate(gateway.clock.now()))),
    };
    let subject = request.sub.as_deref().unwrap_or("local");
    Json(TokenAnswer { token: gateway.tokens.issue(subject, role, school_id), school_id }).into_response()
}

fn refuse(why: &str) -> Response {
    (StatusCode::UNPROCESSABLE_ENTITY, Json(serde_json::json!({ "error": why }))).into_response()
}
