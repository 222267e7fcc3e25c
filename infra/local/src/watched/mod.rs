//! The functions served by `cargo lambda watch`: each is invoked with an event over HTTP.

mod api;
#[cfg(test)]
mod manifest;

use std::{sync::Arc, time::Duration};

use aws::connector;
use aws_smithy_runtime_api::client::{
    http::{HttpConnector, SharedHttpConnector},
    orchestrator::HttpRequest,
};
use aws_smithy_types::body::SdkBody;
use axum::{
    body::{Body, to_bytes},
    http::Uri,
};
use bytes::Bytes;
use serde::Serialize;
use telemetry::chain;
use tokio::net::TcpStream;

/// The command that serves the functions: without the address, it would listen on all interfaces.
pub const COMMAND: &str = "cargo lambda watch -A 127.0.0.1";

/// The first event compiles a function, which may take minutes; a compile error delays the response until it
/// is fixed.
pub(crate) const PATIENCE: Duration = Duration::from_secs(15 * 60);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// The delay before the log explains a missing response.
const TELL_AFTER: Duration = Duration::from_secs(5);
const LOOK_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The server of `cargo lambda watch`.
#[derive(Clone)]
pub struct Watched(Arc<Server>);

struct Server {
    /// Host and port.
    authority: String,
    http: SharedHttpConnector,
}

/// One of its functions.
#[derive(Clone)]
pub struct WatchedFunction {
    server: Watched,
    name: &'static str,
}

/// Reasons for a missing response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InvokeError {
    /// No server listens.
    #[error("the functions are not running: type `{COMMAND}` in another terminal")]
    Away,
    /// The function failed, or timed out.
    #[error("the function failed: see the terminal of `cargo lambda watch`")]
    Failed,
}

impl Watched {
    /// The server at an address such as `http://127.0.0.1:9000`.
    pub(crate) fn at(url: &Uri) -> Self {
        let authority = url.authority().map(ToString::to_string).unwrap_or_default();
        let http = SharedHttpConnector::new(connector(CONNECT_TIMEOUT, PATIENCE));
        Self(Arc::new(Server { authority, http }))
    }

    /// A function by the name of its binary.
    pub(crate) fn function(&self, name: &'static str) -> WatchedFunction {
        WatchedFunction { server: self.clone(), name }
    }

    async fn is_there(&self) -> bool {
        TcpStream::connect(&self.0.authority).await.is_ok()
    }

    /// Waits until the server listens.
    pub(crate) async fn reachable(&self) {
        while !self.is_there().await {
            tokio::time::sleep(LOOK_AGAIN_AFTER).await;
        }
    }
}

impl WatchedFunction {
    /// Waits until the server listens.
    pub(crate) async fn reachable(&self) {
        self.server.reachable().await;
    }

    /// Invokes the function with an event, like Lambda, and waits for the response.
    pub(crate) async fn invoke(&self, event: &impl Serialize) -> Result<Bytes, InvokeError> {
        if !self.server.is_there().await {
            return Err(InvokeError::Away);
        }
        let request = self.request(event).ok_or(InvokeError::Failed)?;
        let mut answering = std::pin::pin!(self.server.0.http.call(request));
        let answered = tokio::select! {
            answered = &mut answering => answered,
            () = tokio::time::sleep(TELL_AFTER) => {
                tracing::info!(function = self.name, "no response yet: the first event compiles the function");
                answering.await
            }
        };
        let response = answered.map_err(|error| {
            tracing::warn!(function = self.name, chain = chain(&error), "no response");
            InvokeError::Failed
        })?;
        if !response.status().is_success() {
            tracing::warn!(function = self.name, "{}", InvokeError::Failed);
            return Err(InvokeError::Failed);
        }
        to_bytes(Body::new(response.into_body()), usize::MAX).await.map_err(|_| InvokeError::Failed)
    }

    fn request(&self, event: &impl Serialize) -> Option<HttpRequest> {
        let Server { authority, .. } = &*self.server.0;
        let mut request = HttpRequest::new(SdkBody::from(serde_json::to_vec(event).ok()?));
        request.set_method("POST").ok()?;
        let name = self.name;
        request.set_uri(format!("http://{authority}/2015-03-31/functions/{name}/invocations")).ok()?;
        Some(request)
    }
}
