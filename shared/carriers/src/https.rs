//! One HTTP exchange with a carrier, and the certainty of its outcome.

use std::time::Duration;

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, SharedHttpConnector},
    orchestrator::{HttpRequest, HttpResponse},
};
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::{BodyExt, Limited};
use serde::de::{DeserializeOwned, IgnoredAny};

use super::was_never_connected;
use domain::delivery::Outcome;
use tokio::time::timeout;

/// Response timeout; after it the outcome is unknown.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Response size limit: Twilio lists fifty messages of up to 1,600 characters in about 150 KB.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// A carrier's response.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub status: u16,
    /// The whole body; `None` if truncated, which proves only that the request arrived.
    pub body: Option<Bytes>,
}

impl Answered {
    /// Whether the status reports acceptance, even with a truncated body.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether the carrier certainly rejected our credentials. Requires a complete response.
    pub const fn refuses_credentials(&self) -> bool {
        self.body.is_some() && matches!(self.status, 401 | 403)
    }

    /// Parses a complete response as JSON.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        self.body.as_deref().and_then(|body| serde_json::from_slice(body).ok())
    }

    /// Returns the status as a code of verdict tables.
    pub fn status_code(&self) -> String {
        format!("HTTP {}", self.status)
    }
}

/// Why there is no response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// Our URL or key cannot form an HTTP request, whatever the message.
    NoRequest,
    /// No byte of the request was sent.
    NeverSent,
    /// The carrier may have received it.
    Doubtful,
}

impl From<NoAnswer> for Outcome {
    fn from(no_answer: NoAnswer) -> Self {
        match no_answer {
            NoAnswer::NoRequest => Self::Halt,
            NoAnswer::NeverSent => Self::TryLater,
            NoAnswer::Doubtful => Self::Unknown,
        }
    }
}

/// The connector of carriers outside AWS.
pub(super) fn connector() -> SharedHttpConnector {
    SharedHttpConnector::new(aws::connector(CONNECT_TIMEOUT, TIMEOUT))
}

/// Builds a request with its headers.
pub(super) fn request(
    method: &'static str,
    url: &str,
    headers: Vec<(&'static str, String)>,
    body: impl Into<SdkBody>,
) -> Result<HttpRequest, NoAnswer> {
    let mut request = HttpRequest::new(body.into());
    request.set_method(method).map_err(|_| NoAnswer::NoRequest)?;
    request.set_uri(url.to_owned()).map_err(|_| NoAnswer::NoRequest)?;
    for (name, value) in headers {
        request.headers_mut().try_insert(name, value).map_err(|_| NoAnswer::NoRequest)?;
    }
    Ok(request)
}

/// Performs one exchange, without retries.
pub(super) async fn exchange(
    connector: &SharedHttpConnector,
    request: HttpRequest,
) -> Result<Answered, NoAnswer> {
    match connector.call(request).await {
        Ok(response) => {
            let status = response.status().as_u16();
            let tells_its_end = response.body().content_length().is_some()
                || response.headers().get("transfer-encoding").is_some();
            let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect();
            // A stalled body counts as truncated.
            let body = timeout(TIMEOUT, body).await.ok().and_then(Result::ok);
            let body = body.map(|body| body.to_bytes());
            Ok(Answered { status, body: body.filter(|body| tells_its_end || is_complete_json(body)) })
        }
        Err(error) if was_never_connected(&error) => Err(NoAnswer::NeverSent),
        Err(_) => Err(NoAnswer::Doubtful),
    }
}

/// Whether a response read by an AWS client is complete, by its headers or by its body.
pub(super) fn is_whole(response: &HttpResponse) -> bool {
    let body = response.body().bytes().unwrap_or_default();
    let says_so = |header| response.headers().get(header).is_some();
    says_so("content-length")
        || says_so("transfer-encoding")
        || is_complete_json(body)
        || body.trim_ascii_end().ends_with(b"ErrorResponse>")
}

/// Whether a body proves its own completeness. One delimited by the connection does so only as a JSON
/// object or list, of which no prefix is valid.
fn is_complete_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
        && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}
