//! Delivers callbacks to our API, with retries.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, SharedHttpConnector},
    orchestrator::HttpRequest,
};
use aws_smithy_types::body::SdkBody;

use domain::delivery::CarrierName;

/// The delays before the attempts.
const ATTEMPTS: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(5), Duration::from_secs(25)];

/// Delivers callbacks to our API.
#[derive(Clone)]
pub(super) struct Courier {
    outgoing: SharedHttpConnector,
}

impl Courier {
    pub const fn new(outgoing: SharedHttpConnector) -> Self {
        Self { outgoing }
    }

    /// Delivers a callback in the background. Each attempt builds a new request: a signature may cover its
    /// timestamp.
    pub fn bring(&self, from: CarrierName, request: impl Fn() -> Option<HttpRequest> + Send + 'static) {
        let outgoing = self.outgoing.clone();
        tokio::spawn(async move {
            for wait in ATTEMPTS {
                tokio::time::sleep(wait).await;
                let Some(request) = request() else { break };
                if outgoing.call(request).await.is_ok_and(|response| response.status().is_success()) {
                    return;
                }
            }
            tracing::warn!(%from, "callback dropped after the last attempt");
        });
    }
}

/// Builds a request, unless its address or a header is invalid.
pub(super) fn request(
    method: &'static str,
    url: &str,
    headers: Vec<(&'static str, String)>,
    body: String,
) -> Option<HttpRequest> {
    let mut request = HttpRequest::new(SdkBody::from(body));
    request.set_method(method).ok()?;
    request.set_uri(url).ok()?;
    for (name, value) in headers {
        request.headers_mut().try_insert(name, value).ok()?;
    }
    Some(request)
}
