//! The Lambda Runtime API on loopback: hands one event to a bootstrap and records its calls.

use std::{
    net::Ipv4Addr,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc},
};

/// A slower bootstrap has hung; under callgrind, a default one takes some 30 s.
const PATIENCE: Duration = Duration::from_secs(120);

/// A bootstrap's call.
#[derive(Debug)]
pub enum Step {
    /// `/next`.
    AskedForEvent(Instant),
    /// A response to the event.
    Answered(Instant, Bytes),
    /// An error report.
    Failed(Bytes),
}

/// A stand-in for the Runtime API.
pub struct RuntimeApi {
    address: String,
    steps: mpsc::UnboundedReceiver<Step>,
}

struct Desk {
    /// Handed to the first call of `/next`.
    event: Mutex<Option<String>>,
    steps: mpsc::UnboundedSender<Step>,
}

impl RuntimeApi {
    /// Waits for a bootstrap, with an event for it or without.
    pub async fn start(event: Option<String>) -> Self {
        let (sender, steps) = mpsc::unbounded_channel();
        let desk = std::sync::Arc::new(Desk { event: Mutex::new(event), steps: sender });
        let api = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(answered))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(failed))
            .route("/2018-06-01/runtime/init/error", post(failed))
            .with_state(desk);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        tokio::spawn(async move { axum::serve(listener, api).await });
        Self { address, steps }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// The next call of the bootstrap.
    pub async fn step(&mut self) -> Step {
        let step = tokio::time::timeout(PATIENCE, self.steps.recv()).await;
        step.expect("the bootstrap answers in time").expect("the stand-in is there")
    }
}

async fn next(State(desk): State<std::sync::Arc<Desk>>) -> Response {
    let _ = desk.steps.send(Step::AskedForEvent(Instant::now()));
    let Some(event) = desk.event.lock().await.take() else {
        // Like the real API, blocks until there is an event.
        return std::future::pending().await;
    };
    // A deadline beyond any run.
    const FAR_AHEAD_MS: &str = "4102444800000";
    let headers = [
        ("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd"),
        ("lambda-runtime-deadline-ms", FAR_AHEAD_MS),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:eu-west-3:123456789012:function:bench"),
        (header::CONTENT_TYPE.as_str(), "application/json"),
    ];
    (headers, event).into_response()
}

async fn answered(State(desk): State<std::sync::Arc<Desk>>, body: Bytes) -> StatusCode {
    let _ = desk.steps.send(Step::Answered(Instant::now(), body));
    StatusCode::ACCEPTED
}

async fn failed(State(desk): State<std::sync::Arc<Desk>>, body: Bytes) -> StatusCode {
    let _ = desk.steps.send(Step::Failed(body));
    StatusCode::ACCEPTED
}
