//! API Gateway's conversion of requests to events, and of functions' responses.

use crate::body_kind::{as_text, is_text};
use api::{Problem, ProblemKind, served};
use aws_lambda_events::apigw::{ApiGatewayV2httpRequest, ApiGatewayV2httpResponse};
use axum::{
    Json, Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use domain::language::Phrase;
use lambda_http::request::RequestContext;
use serde_json::json;

use super::{COMMAND, InvokeError, WatchedFunction};

impl WatchedFunction {
    /// The function behind API Gateway, as a router: equivalent to a function in this process.
    pub(crate) fn router(self) -> Router {
        served(Router::new().route("/{*path}", any(call)).with_state(self))
    }
}

async fn call(State(function): State<WatchedFunction>, request: Request) -> Response {
    let Some(event) = event(request).await else {
        return broken(StatusCode::INTERNAL_SERVER_ERROR);
    };
    match function.invoke(&event).await {
        Ok(answer) => response(&answer).unwrap_or_else(|| broken(StatusCode::BAD_GATEWAY)),
        Err(InvokeError::Failed) => broken(StatusCode::BAD_GATEWAY),
        Err(InvokeError::Away) => Problem::new(
            ProblemKind::Unavailable,
            Phrase::new(
                format!("Les fonctions ne répondent pas : tapez `{COMMAND}` dans un autre terminal."),
                format!("The functions do not answer: type `{COMMAND}` in another terminal."),
            ),
        )
        .into_response(),
    }
}

/// API Gateway's response to a failed function or an invalid response.
fn broken(status: StatusCode) -> Response {
    (status, Json(json!({ "message": "Internal Server Error" }))).into_response()
}

/// The event of a request, in format 2.0 of HTTP APIs. The request carries the gateway's context with the
/// token's claims.
async fn event(request: Request) -> Option<ApiGatewayV2httpRequest> {
    let (mut parts, body) = request.into_parts();
    let Some(RequestContext::ApiGatewayV2(mut context)) = parts.extensions.remove::<RequestContext>() else {
        return None;
    };
    let body = to_bytes(body, usize::MAX).await.ok()?;
    let path = parts.uri.path().to_owned();
    context.stage = Some("$default".to_owned());
    context.http.method = parts.method;
    context.http.path = Some(path.clone());
    context.http.protocol = Some("HTTP/1.1".to_owned());
    context.http.source_ip = Some("127.0.0.1".to_owned());
    context.http.user_agent = text(&parts.headers, header::USER_AGENT.as_str());
    let mut event = ApiGatewayV2httpRequest::default();
    event.version = Some("2.0".to_owned());
    event.route_key = Some("$default".to_owned());
    event.raw_path = Some(path);
    event.raw_query_string = Some(parts.uri.query().unwrap_or_default().to_owned());
    event.cookies = text(&parts.headers, header::COOKIE.as_str())
        .map(|cookies| cookies.split("; ").map(str::to_owned).collect());
    parts.headers.remove(header::COOKIE);
    event.is_base64_encoded = !body.is_empty() && !is_text(&parts.headers);
    event.body = match event.is_base64_encoded {
        _ if body.is_empty() => None,
        true => Some(BASE64_STANDARD.encode(&body)),
        false => Some(as_text(&body).into_owned()),
    };
    event.headers = joined(&parts.headers);
    event.request_context = context;
    Some(event)
}

/// Joins repeated headers with commas. Drops values that are not text.
fn joined(headers: &HeaderMap) -> HeaderMap {
    let value = |name| {
        let values: Vec<_> = headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect();
        HeaderValue::from_str(&values.join(",")).ok()
    };
    headers.keys().filter_map(|name| Some((name.clone(), value(name)?))).collect()
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
}

/// The separator between head and body of a streamed response.
const END_OF_HEAD: [u8; 8] = [0; 8];

/// Parses a function's response, if valid. `cargo lambda watch` passes a streamed response unchanged: its
/// head as JSON, a separator, its body.
fn response(answer: &[u8]) -> Option<Response> {
    let mark = answer.windows(END_OF_HEAD.len()).position(|bytes| bytes == END_OF_HEAD);
    let (head, streamed) = match mark {
        Some(place) => (&answer[..place], Some(&answer[place + END_OF_HEAD.len()..])),
        None => (answer, None),
    };
    let answer: ApiGatewayV2httpResponse = serde_json::from_slice(head).ok()?;
    let body = answer.body.as_deref().unwrap_or_default();
    let body = match streamed {
        Some(body) => body.to_vec(),
        None if answer.is_base64_encoded => BASE64_STANDARD.decode(body).ok()?,
        None => body.to_vec(),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(u16::try_from(answer.status_code).ok()?).ok()?;
    let headers = response.headers_mut();
    *headers = answer.headers;
    headers.extend(answer.multi_value_headers);
    // The actual length may differ from the function's header.
    headers.remove(header::CONTENT_LENGTH);
    for cookie in answer.cookies {
        headers.append(header::SET_COOKIE, HeaderValue::from_str(&cookie).ok()?);
    }
    Some(response)
}
