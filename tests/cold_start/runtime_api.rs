//! The Lambda Runtime API on loopback: hands one event to a bootstrap and notes when it asks and answers.

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

/// A bootstrap that takes longer does not answer any more; under callgrind a default one takes some 30 s.
const PATIENCE: Duration = Duration::from_secs(120);

/// What a bootstrap did.
#[derive(Debug)]
pub enum Step {
    /// It asked for an event.
    AskedForEvent(Instant),
    /// It answered the event.
    Answered(Instant, Bytes),
    /// It reported an error.
    Failed(Bytes),
}

/// The stand-in of the Runtime API.
pub struct RuntimeApi {
    address: String,
    steps: mpsc::UnboundedReceiver<Step>,
}

struct Desk {
    /// Handed to whoever asks first.
    event: Mutex<Option<String>>,
    steps: mpsc::UnboundedSender<Step>,
}

impl RuntimeApi {
    /// Waits for a bootstrap, with an event for it or with none.
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

    /// The value of `AWS_LAMBDA_RUNTIME_API`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The next thing that the bootstrap does.
    pub async fn step(&mut self) -> Step {
        let step = tokio::time::timeout(PATIENCE, self.steps.recv()).await;
        step.expect("the bootstrap answers in time").expect("the stand-in is there")
    }
}

async fn next(State(desk): State<std::sync::Arc<Desk>>) -> Response {
    let _ = desk.steps.send(Step::AskedForEvent(Instant::now()));
    let Some(event) = desk.event.lock().await.take() else {
        // As the real one: it answers when there is an event, and here there is none any more.
        return std::future::pending().await;
    };
    // A time limit that no run reaches.
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
