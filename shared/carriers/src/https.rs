//! One HTTP exchange with a carrier, and how certain its outcome is.

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

/// A carrier takes at most this long to answer; later the outcome is unknown.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// More of an answer is not read: Twilio lists fifty messages of up to 1,600 characters in some 150 KB.
const MAX_ANSWER_BYTES: usize = 256 * 1024;

/// What a carrier answered.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    /// The HTTP status.
    pub status: u16,
    /// The whole body; none when it broke off. Then the answer proves no more than that the request came.
    pub body: Option<Bytes>,
}

impl Answered {
    /// Whether the status says that the request was taken. It does so even when the body breaks off.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// Whether the carrier certainly did not know us. Only a whole answer is certain.
    pub const fn refuses_credentials(&self) -> bool {
        self.body.is_some() && matches!(self.status, 401 | 403)
    }

    /// What a whole answer says in JSON.
    pub fn read<T: DeserializeOwned>(&self) -> Option<T> {
        self.body.as_deref().and_then(|body| serde_json::from_slice(body).ok())
    }

    /// The code of its status in a table of verdicts.
    pub fn status_code(&self) -> String {
        format!("HTTP {}", self.status)
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoAnswer {
    /// The address or a key of ours cannot be written in HTTP, whatever the message.
    NoRequest,
    /// No byte of the request left.
    NeverSent,
    /// The carrier may have it.
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

/// Connections to carriers that are no AWS service.
pub(super) fn connector() -> SharedHttpConnector {
    SharedHttpConnector::new(aws::connector(CONNECT_TIMEOUT, TIMEOUT))
}

/// A request with its headers.
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

/// Makes one exchange. Nothing is ever repeated here.
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
            // A body that stalls has broken off.
            let body = timeout(TIMEOUT, body).await.ok().and_then(Result::ok);
            let body = body.map(|body| body.to_bytes());
            Ok(Answered { status, body: body.filter(|body| tells_its_end || is_complete_json(body)) })
        }
        Err(error) if was_never_connected(&error) => Err(NoAnswer::NeverSent),
        Err(_) => Err(NoAnswer::Doubtful),
    }
}

/// Whether an answer that an AWS client read is whole: its headers said where it ends, or its body does.
pub(super) fn is_whole(response: &HttpResponse) -> bool {
    let body = response.body().bytes().unwrap_or_default();
    let says_so = |header| response.headers().get(header).is_some();
    says_so("content-length")
        || says_so("transfer-encoding")
        || is_complete_json(body)
        || body.trim_ascii_end().ends_with(b"ErrorResponse>")
}

/// Whether a body proves by itself that nothing is missing. One that ends with its connection does not,
/// unless it is an object or a list, of which no beginning reads as one.
fn is_complete_json(body: &[u8]) -> bool {
    matches!(body.trim_ascii_start().first(), Some(b'{' | b'['))
        && serde_json::from_slice::<IgnoredAny>(body).is_ok()
}
