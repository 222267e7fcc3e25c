//! The fault injector: every request of the SDK and of the carriers' adapters passes this connector.

use std::{io, sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn},
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
};
use axum::Router;
use carillon_local::carriers::SNS_PATH;

use super::{
    addresses::{DYNAMODB, OTHER_CARRIER, SECRETS, SQS, STAND_INS},
    calls::{Calls, NOBODY},
    emulator::Emulator,
    fake_carrier::FakeCarrier,
    fault::{Fault, Faults},
    forward::{forward, response},
    stand_ins::{self, StandIns},
};

/// A killed process: the payload of the unwinding that ends it.
#[derive(Clone, Copy, Debug)]
pub struct Killed;

/// A connector to all backends in this process, with faults.
#[derive(Clone)]
pub struct FaultInjector {
    caller: &'static str,
    backends: Arc<Backends>,
    faults: Arc<Faults>,
}

/// The backends.
pub(super) struct Backends {
    pub emulator: Arc<Emulator>,
    pub queue: Router,
    pub fake_carrier: Arc<FakeCarrier>,
    pub other_fake_carrier: Arc<FakeCarrier>,
    /// None with scripted carriers.
    pub stand_ins: Option<StandIns>,
    pub calls: Calls,
}

impl std::fmt::Debug for FaultInjector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FaultInjector")
    }
}

impl FaultInjector {
    pub(super) const fn new(backends: Arc<Backends>, faults: Arc<Faults>) -> Self {
        Self { caller: NOBODY, backends, faults }
    }

    /// The HTTP client for the SDK of one function.
    pub(super) fn of(&self, caller: &'static str) -> SharedHttpClient {
        let connector = SharedHttpConnector::new(Self { caller, ..self.clone() });
        http_client_fn(move |_, _| connector.clone())
    }

    pub(super) fn stand_ins(&self) -> Option<&StandIns> {
        self.backends.stand_ins.as_ref()
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
        // A round trip takes time, so that concurrent calls overlap.
        tokio::time::sleep(Duration::from_millis(2)).await;
        let uri = request.uri().to_owned();
        let body = request.body().bytes().unwrap_or_default().to_vec();
        // Only SNS names its operation in a form.
        let is_sns = uri.starts_with(&format!("{STAND_INS}{SNS_PATH}"));
        let target = if is_sns { Some("AmazonSNS.Publish") } else { request.headers().get("x-amz-target") };
        if let Some(target) = target.filter(|_| self.caller != NOBODY) {
            self.backends.calls.note(self.caller, target, &body);
        }
        if uri.starts_with(DYNAMODB) {
            let (status, json) = self.backends.emulator.call(target.unwrap_or_default(), &body);
            return Ok(response(status, json.into_bytes()));
        }
        if uri.starts_with(SQS) {
            return forward(self.backends.queue.clone(), &request).await;
        }
        if uri.starts_with(SECRETS) {
            let secret = self.backends.stand_ins.as_ref().map(|stand_ins| stand_ins.secret(&body));
            let secret = secret.unwrap_or_else(stand_ins::secret_of_ours);
            return Ok(response(200, secret.to_string().into_bytes()));
        }
        if let Some(stand_ins) = self.backends.stand_ins.as_ref().filter(|_| uri.starts_with(STAND_INS)) {
            return forward(stand_ins.router.clone(), &request).await;
        }
        let is_other = uri.starts_with(OTHER_CARRIER);
        let fake_carrier =
            if is_other { &self.backends.other_fake_carrier } else { &self.backends.fake_carrier };
        let (status, body) = fake_carrier.call(request.method(), &uri, &body).await;
        Ok(response(status, body))
    }
}

impl HttpConnector for FaultInjector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::new(self.clone().pass(request))
    }
}

fn nobody_listens() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionRefused).into())
}

fn answer_lost() -> ConnectorError {
    ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into())
}
