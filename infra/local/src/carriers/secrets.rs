//! A stand-in for AWS Secrets Manager: the carriers' keys, and the key of tombstones.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Credentials, sigv4};

/// The service's endpoint on this machine.
pub const SECRETS_PATH: &str = "/local/secrets";
/// The name of the key shared with the bridge.
pub const BRIDGE_KEY: &str = "bridge-key";
/// The name of the key of tombstones of erased numbers.
pub const ERASURE_KEY: &str = "erasure-key";

/// The endpoint, for functions in other processes: functions in this process receive the keys directly.
pub fn secrets(credentials: Credentials) -> Router {
    let credentials = Arc::new(credentials);
    Router::new()
        .route(SECRETS_PATH, post(call))
        .route(&format!("{SECRETS_PATH}/"), post(call))
        .with_state(credentials)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSecretValue {
    secret_id: String,
}

async fn call(
    State(credentials): State<Arc<Credentials>>,
    headers: HeaderMap,
    body: axum::body::Bytes,
) -> Response {
    if sigv4::check(&headers, "secretsmanager").is_err() {
        return refuse("IncompleteSignatureException");
    }
    let target = headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if target != Some("secretsmanager.GetSecretValue") {
        return refuse("UnknownOperationException");
    }
    let Ok(GetSecretValue { secret_id }) = serde_json::from_slice(&body) else {
        return refuse("InvalidRequestException");
    };
    match value(&credentials, &secret_id) {
        Some(value) => Json::<Value>(json!({ "Name": secret_id, "SecretString": value })).into_response(),
        None => refuse("ResourceNotFoundException"),
    }
}

fn value(credentials: &Credentials, name: &str) -> Option<String> {
    match name {
        BRIDGE_KEY => Some(BASE64_STANDARD.encode(&credentials.bridge_key)),
        ERASURE_KEY => Some(credentials.erasure_key.clone()),
        _ => None,
    }
}

fn refuse(kind: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({ "__type": kind }))).into_response()
}
