//! The bridge: a small contract of our own, behind which anybody's gateway can stand.
//!
//! `POST` of a [`BridgeSms`] as JSON, signed as Standard Webhooks says
//! (`webhook-signature: v1,` base64 of HMAC-SHA256 over `id.timestamp.body`). The answer is a status:
//! 2xx accepted; 400, 413 and 422 refused for good; 408, 425, 429 and 503 try later; 401, 403, 404 and
//! 405 trouble with the account or the address, which halts delivery; anything else is unknown.
//!
//! A bridge that can be asked answers `GET` of its address and `/{reference}`, signed over an empty body,
//! with a [`BridgeFinding`]. Any other answer tells nothing.

use std::{sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::{
    http::{HttpConnector, SharedHttpConnector},
    orchestrator::HttpRequest,
    result::ConnectorError,
};
use aws_smithy_types::body::SdkBody;
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use http_body_util::{BodyExt, Collected, Limited};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{Answer, Carrier, Finding, Found, Outcome, Sms, was_never_connected};
use crate::{aws, clock::Clock, delivery::FailureReason, sending::MessageReference};

/// What a bridge receives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeSms {
    /// Our name for the message; the same one in every attempt and every receipt.
    pub reference: String,
    /// The phone in E.164.
    pub to: String,
    /// The text.
    pub text: String,
}

/// What a bridge may add to a 422.
#[derive(Debug, Deserialize)]
struct BridgeRefusal {
    reason: FailureReason,
}

/// What a bridge knows of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgeFinding {
    /// The message that was asked for.
    pub reference: String,
    /// What became of it.
    pub state: BridgeState,
}

/// What became of a message at a bridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BridgeState {
    /// It was taken.
    Accepted,
    /// It never came.
    NeverReceived,
    /// The bridge cannot tell.
    Unknown,
}

/// An answer says one word; more is not read.
const MAX_ANSWER_BYTES: usize = 4096;

/// A carrier behind an HTTP address.
pub struct Bridge {
    connector: SharedHttpConnector,
    url: String,
    key: Vec<u8>,
    can_be_asked: bool,
    clock: Arc<dyn Clock>,
}

impl Bridge {
    /// A bridge takes at most this long to answer; later the outcome is unknown.
    pub const TIMEOUT: Duration = Duration::from_secs(5);

    /// A bridge at an address, and the key that it shares with us.
    pub fn new(url: String, key: Vec<u8>, clock: Arc<dyn Clock>) -> Self {
        let connector = aws::connector(Duration::from_secs(2), Self::TIMEOUT);
        Self::through(SharedHttpConnector::new(connector), url, key, clock)
    }

    /// The same over a connection of the caller's.
    pub const fn through(
        connector: SharedHttpConnector,
        url: String,
        key: Vec<u8>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { connector, url, key, can_be_asked: false, clock }
    }

    /// The same bridge, which answers when it is asked what became of a message.
    pub fn that_can_be_asked(self) -> Self {
        Self { can_be_asked: true, ..self }
    }

    fn request(&self, sms: &Sms<'_>) -> Option<HttpRequest> {
        let reference = sms.reference.to_string();
        let body = BridgeSms { to: sms.to.e164(), text: sms.text.to_owned(), reference: reference.clone() };
        let body = serde_json::to_string(&body).ok()?;
        self.signed("POST", self.url.clone(), reference, body)
    }

    fn question(&self, reference: MessageReference) -> Option<HttpRequest> {
        let url = format!("{}/{reference}", self.url.trim_end_matches('/'));
        self.signed("GET", url, reference.to_string(), String::new())
    }

    fn signed(
        &self,
        method: &'static str,
        url: String,
        reference: String,
        body: String,
    ) -> Option<HttpRequest> {
        let timestamp = self.clock.now().as_second().to_string();
        let signature = signature(&self.key, &reference, &timestamp, &body);
        let mut request = HttpRequest::new(SdkBody::from(body));
        request.set_method(method).ok()?;
        request.set_uri(url).ok()?;
        let headers = request.headers_mut();
        headers.insert("content-type", "application/json");
        headers.insert("webhook-id", reference);
        headers.insert("webhook-timestamp", timestamp);
        headers.insert("webhook-signature", signature);
        Some(request)
    }
}

fn mac(key: &[u8], id: &str, timestamp: &str, body: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
        mac.update(part);
    }
    mac
}

/// The Standard Webhooks signature of a body.
fn signature(key: &[u8], id: &str, timestamp: &str, body: &str) -> String {
    let code = mac(key, id, timestamp, body.as_bytes()).finalize().into_bytes();
    format!("v1,{}", BASE64_STANDARD.encode(code))
}

/// Whether a body carries the signature of this key, as whoever stands behind a bridge checks it.
pub fn is_signed(key: &[u8], id: &str, timestamp: &str, body: &[u8], signature: &str) -> bool {
    signature.split(' ').filter_map(|one| one.strip_prefix("v1,")).any(|code| {
        BASE64_STANDARD
            .decode(code)
            .is_ok_and(|code| mac(key, id, timestamp, body).verify_slice(&code).is_ok())
    })
}

impl Carrier for Bridge {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async move {
            let Some(request) = self.request(sms) else { return Outcome::Refused(FailureReason::Refused) };
            match self.connector.call(request).await {
                Ok(response) => {
                    let status = response.status().as_u16();
                    // The status decides; a body that breaks off only loses the reason.
                    let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await;
                    classify(status, &body.map(Collected::to_bytes).unwrap_or_default())
                }
                Err(error) => classify_failure(&error),
            }
        })
    }

    fn can_be_asked(&self) -> bool {
        self.can_be_asked
    }

    fn find(&self, reference: MessageReference) -> Finding<'_> {
        Box::pin(async move {
            let Some(request) = self.question(reference) else { return Found::Nothing };
            let Ok(response) = self.connector.call(request).await else { return Found::Nothing };
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), MAX_ANSWER_BYTES).collect().await;
            found(status, &body.map(Collected::to_bytes).unwrap_or_default(), reference)
        })
    }
}

/// Only a finding for the very message that was asked for tells anything: an address that is wrong
/// answers 404 as well.
fn found(status: u16, body: &[u8], reference: MessageReference) -> Found {
    match serde_json::from_slice::<BridgeFinding>(body) {
        Ok(finding) if status == 200 && finding.reference == reference.to_string() => match finding.state {
            BridgeState::Accepted => Found::Accepted,
            BridgeState::NeverReceived => Found::NeverReceived,
            BridgeState::Unknown => Found::Nothing,
        },
        _ => Found::Nothing,
    }
}

fn classify(status: u16, body: &[u8]) -> Outcome {
    match status {
        200..=299 => Outcome::Accepted,
        401 | 403 | 404 | 405 => Outcome::Halt,
        408 | 425 | 429 | 503 => Outcome::TryLater,
        400 | 413 | 422 => {
            let told = serde_json::from_slice::<BridgeRefusal>(body).map(|refusal| refusal.reason);
            Outcome::Refused(told.unwrap_or(FailureReason::Refused))
        }
        _ => Outcome::Unknown,
    }
}

fn classify_failure(error: &ConnectorError) -> Outcome {
    if was_never_connected(error) { Outcome::TryLater } else { Outcome::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_tells_what_became_of_the_message() {
        for (status, outcome) in [
            (200, Outcome::Accepted),
            (202, Outcome::Accepted),
            (400, Outcome::Refused(FailureReason::Refused)),
            (401, Outcome::Halt),
            (404, Outcome::Halt),
            (408, Outcome::TryLater),
            (409, Outcome::Unknown),
            (302, Outcome::Unknown),
            (422, Outcome::Refused(FailureReason::Refused)),
            (429, Outcome::TryLater),
            (500, Outcome::Unknown),
            (503, Outcome::TryLater),
            (504, Outcome::Unknown),
        ] {
            assert_eq!(classify(status, b""), outcome, "{status}");
        }
        let refusal = br#"{"reason":"invalid_number"}"#;
        assert_eq!(classify(422, refusal), Outcome::Refused(FailureReason::InvalidNumber));
    }

    #[test]
    fn the_signature_is_that_of_the_standard_webhooks_vector() {
        // https://github.com/standard-webhooks/standard-webhooks, libraries' shared test vector.
        let key = BASE64_STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_change_of_one_bit_is_noticed() {
        let (key, body) = (b"key", br#"{"to":"+33639981234"}"#.to_vec());
        let signed = signature(key, "id", "1", std::str::from_utf8(&body).unwrap());
        assert!(is_signed(key, "id", "1", &body, &signed));
        assert!(!is_signed(key, "id", "2", &body, &signed));
        assert!(!is_signed(b"kez", "id", "1", &body, &signed));
        for bit in 0..body.len() * 8 {
            let mut changed = body.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_signed(key, "id", "1", &changed, &signed));
        }
    }
}
