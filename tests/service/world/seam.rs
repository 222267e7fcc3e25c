//! The one seam: every request of the SDK and of the carriers' adapters passes this connector.

use std::{io, sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use tower::ServiceExt;

use super::{emulator::Emulator, far_end::FarEnd, fault::Fault, fault::Faults};

/// Where the services are. The names resolve in the seam only.
pub(super) const DYNAMODB: &str = "http://dynamodb.test";
pub(super) const SQS: &str = "http://sqs.test";
pub(super) const CARRIER: &str = "http://carrier.test/send";
pub(super) const OTHER_CARRIER: &str = "http://other-carrier.test/send";

/// A process was killed: the payload of the unwinding that ends it.
#[derive(Clone, Copy, Debug)]
pub struct Killed;

/// A connector to everything in this process, with faults.
#[derive(Clone)]
pub struct Seam {
    emulator: Arc<Emulator>,
    queue: Router,
    far_end: Arc<FarEnd>,
    other_far_end: Arc<FarEnd>,
    faults: Arc<Faults>,
}

impl std::fmt::Debug for Seam {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seam")
    }
}

impl Seam {
    pub(super) fn new(
        emulator: Arc<Emulator>,
        queue: Router,
        far_end: Arc<FarEnd>,
        other_far_end: Arc<FarEnd>,
        faults: Arc<Faults>,
    ) -> Self {
        Self { emulator, queue, far_end, other_far_end, faults }
    }

    /// For the SDK.
    pub(super) fn client(&self) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(self.clone());
        http_client_fn(move |_, _| connector.clone())
    }

    async fn pass(self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let fault = self.faults.next(request.headers().get("amz-sdk-invocation-id"));
        match fault {
            Some(Fault::Before | Fault::OutageBefore) => return Err(nobody_listens()),
            Some(Fault::KilledBefore) => std::panic::resume_unwind(Box::new(Killed)),
            _ => {}
        }
        let answer = self.reach(request).await;
        match fault {
            Some(Fault::After | Fault::OutageAfter) => Err(answer_lost()),
            Some(Fault::KilledAfter) => std::panic::resume_unwind(Box::new(Killed)),
            Some(Fault::Delayed(delay)) => {
                tokio::time::sleep(delay).await;
                answer
            }
            _ => answer,
        }
    }

    async fn reach(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        // A round trip takes a while: what runs at once overlaps.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let uri = request.uri().to_owned();
        let body = request.body().bytes().unwrap_or_default().to_vec();
        if uri.starts_with(DYNAMODB) {
            let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
            let (status, json) = self.emulator.call(&target, &body);
            return Ok(response(status, json.into_bytes()));
        }
        if uri.starts_with(SQS) {
            let target = request.headers().get("x-amz-target").unwrap_or_default().to_owned();
            let request = Request::post("/").header("x-amz-target", target).body(Body::from(body));
            let request = request.map_err(|error| ConnectorError::user(error.into()))?;
            let Ok(answer) = self.queue.clone().oneshot(request).await;
            let status = answer.status().as_u16();
            let bytes = to_bytes(answer.into_body(), usize::MAX).await;
            let bytes = bytes.map_err(|error| ConnectorError::io(error.into()))?;
            return Ok(response(status, bytes.to_vec()));
        }
        let far_end = if uri.starts_with(OTHER_CARRIER) { &self.other_far_end } else { &self.far_end };
        let (status, body) = far_end.call(request.method(), &uri, &body).await;
        Ok(response(status, body))
    }
}

impl HttpConnector for Seam {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().pass(request))
    }
}

fn response(status: u16, body: Vec<u8>) -> HttpResponse {
    let status = status.try_into().expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
    response
}

fn nobody_listens() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionRefused).into())
}

fn answer_lost() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into())
}
