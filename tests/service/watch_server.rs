//! A stand-in for the server of `cargo lambda watch`: the functions behind HTTP, invoked with events of
//! Lambda.

use std::{net::Ipv4Addr, sync::Arc};

use aws::{Aws, AwsEnvironment, Secret};
use aws_lambda_events::{
    apigw::ApiGatewayV2httpResponse,
    encodings,
    sqs::{BatchItemFailure, SqsBatchResponse, SqsEvent},
};
use axum::{
    Json, Router,
    body::to_bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::post,
};
use carriers::{Bridge, Carrier};
use domain::clock::Clock;
use lambda_http::request::from_str;
use runtime::SystemClock;
use schedule::ScheduleEvent;
use tokio::net::TcpListener;
use tower::ServiceExt;

use crate::{Functions, Service};

/// A server with an address, before its functions exist.
pub struct WatchServer {
    listener: TcpListener,
    url: String,
}

/// The functions of a server.
#[derive(Clone)]
struct Served {
    functions: Functions,
    callbacks: callbacks::Deps,
    bridge: Arc<dyn Carrier>,
}

impl WatchServer {
    /// A server that accepts connections without answering yet, as during compilation.
    pub async fn bind() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        Self { listener, url }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Serves the functions with the table, the queues and the bridge of a service. The bridge's key is a
    /// secret by name.
    pub fn serve(self, service: &Service) {
        let addresses = service.running().addresses();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let aws = Aws::new(AwsEnvironment {
            secrets_endpoint: Some(format!("{}/local/secrets", addresses.gateway)),
            ..AwsEnvironment::local(addresses.dynamodb.clone(), addresses.sqs.clone())
        });
        let key = Secret::stored(aws, "bridge-key".to_owned(), clock.clone());
        let functions = Functions::of(service);
        let served = Served {
            callbacks: callbacks::Deps {
                reports: functions.queue_of_reports(),
                proofs: callbacks::Proofs { bridge: Some(key.clone()), ..callbacks::Proofs::default() },
                clock: clock.clone(),
            },
            bridge: Arc::new(Bridge::new(format!("{}/local/bridge", addresses.gateway), key, clock)),
            functions,
        };
        let invocations = "/2015-03-31/functions/{name}/invocations";
        let router = Router::new().route(invocations, post(invoke)).with_state(served);
        tokio::spawn(async move { axum::serve(self.listener, router).await });
    }
}

/// One event for one function.
async fn invoke(State(served): State<Served>, Path(name): Path<String>, event: String) -> Response {
    let functions = &served.functions;
    let batch = || serde_json::from_str::<SqsEvent>(&event).expect("an SQS event");
    match name.as_str() {
        "deliver" => failures(functions.deliver(batch(), served.bridge.clone()).await),
        "receipts" => failures(functions.note(batch()).await),
        "deadletters" => failures(functions.record_dead_letters(batch()).await),
        "schedule" => match serde_json::from_str::<ScheduleEvent>(&event) {
            Ok(event) => Json(functions.round(event.round).await).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        },
        "exports" => streamed(functions.router("exports"), &event).await,
        "callbacks" => answer(callbacks::router(served.callbacks), &event).await,
        name => answer(functions.router(name), &event).await,
    }
}

fn failures(ids: Vec<String>) -> Response {
    let mut response = SqsBatchResponse::default();
    for id in ids {
        let mut failure = BatchItemFailure::default();
        failure.item_identifier = id;
        response.batch_item_failures.push(failure);
    }
    Json(response).into_response()
}

/// The conversion of `lambda_http`: an event to a request, a response to text or base64.
async fn answer(function: Router, event: &str) -> Response {
    let request = from_str(event).expect("an event of API Gateway");
    let (parts, body) = function.oneshot(request).await.expect("an answer").into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body").to_vec();
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = parts.status.as_u16().into();
    response.headers = parts.headers;
    response.body = Some(match String::from_utf8(body) {
        Ok(text) => encodings::Body::Text(text),
        Err(binary) => {
            response.is_base64_encoded = true;
            encodings::Body::Binary(binary.into_bytes())
        }
    });
    Json(response).into_response()
}

/// The conversion of a streamed response by `lambda_http` and the server: head, separator, body.
async fn streamed(function: Router, event: &str) -> Response {
    let request = from_str(event).expect("an event of a function URL");
    let (parts, body) = function.oneshot(request).await.expect("an answer").into_parts();
    let headers = parts.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("a text")));
    let headers: serde_json::Map<_, _> =
        headers.map(|(name, value)| (name.to_owned(), value.into())).collect();
    let head = serde_json::json!({ "statusCode": parts.status.as_u16(), "headers": headers, "cookies": [] });
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    [head.to_string().as_bytes(), &[0; 8], &body].concat().into_response()
}
