//! The bridge: a small contract of our own, behind which anybody's gateway can stand.
//!
//! `POST` of a [`BridgeSms`] as JSON, signed as Standard Webhooks says
//! (`webhook-signature: v1,` base64 of HMAC-SHA256 over `id.timestamp.body`). The answer is a status:
//! 2xx accepted; 400, 413 and 422 refused for good; 408, 425, 429 and 503 try later; 401, 403, 404 and
//! 405 trouble with the account or the address, which halts delivery; anything else is unknown, as is an
//! answer whose body breaks off.
//!
//! A bridge that can be asked answers `GET` of its address and `/{reference}`, signed over an empty body,
//! with a [`BridgeFinding`]. Any other answer tells nothing. It tells of receipts and replies by itself
//! ([`BridgeEvent`]), signed in the same way.

mod callback;
mod contract;
mod signature;
#[cfg(test)]
mod tests;
mod verdicts;

pub use callback::report;
pub use contract::{BridgeEvent, BridgeFinding, BridgeProgress, BridgeRefusal, BridgeSms, BridgeState};
pub use signature::{is_fresh, is_signed, is_signed_by_any, sign};
pub use verdicts::{RECEIPTS, VERDICTS};

use std::{sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::{http::SharedHttpConnector, orchestrator::HttpRequest};

use super::{
    Answer, Carrier, Finding, Found, Question, Sms, credentials,
    https::{self, Answered, NoAnswer},
};
use aws::Secret;
use domain::delivery::{CarrierName, Outcome};
use domain::{clock::Clock, keys::Keys};

/// A carrier behind an HTTP address.
pub struct Bridge {
    connector: SharedHttpConnector,
    url: String,
    key: Secret,
    can_be_asked: bool,
    clock: Arc<dyn Clock>,
}

/// A request before it is signed.
struct Unsigned<'a> {
    method: &'static str,
    url: &'a str,
    reference: &'a str,
    body: &'a str,
}

impl Bridge {
    /// A bridge takes at most this long to answer; later the outcome is unknown.
    pub const TIMEOUT: Duration = https::TIMEOUT;

    /// A bridge at an address, and the key that it shares with us: lines of base64, of which we sign with
    /// the first.
    pub fn new(url: String, key: Secret, clock: Arc<dyn Clock>) -> Self {
        Self::through(https::connector(), url, key, clock)
    }

    /// The same over a connection of the caller's.
    pub const fn through(
        connector: SharedHttpConnector,
        url: String,
        key: Secret,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { connector, url, key, can_be_asked: false, clock }
    }

    /// The same bridge, which answers when it is asked what became of a message.
    pub fn that_can_be_asked(self) -> Self {
        Self { can_be_asked: true, ..self }
    }

    /// Makes one request. A refusal of our signature is certain: if another key was put in the place of ours
    /// meanwhile, the request is made once more with that.
    async fn ask(&self, unsigned: Unsigned<'_>) -> Result<Answered, NoAnswer> {
        let ask = async |keys: &Keys| {
            let request = self.signed(&unsigned, keys)?;
            https::exchange(&self.connector, request).await
        };
        let keys = credentials::keys(&self.key, CarrierName::Bridge).await?;
        let answered = ask(&keys).await?;
        if answered.refuses_credentials()
            && let Some(changed) = credentials::changed(&self.key, &keys).await
        {
            return ask(&changed).await;
        }
        Ok(answered)
    }

    fn signed(&self, unsigned: &Unsigned<'_>, keys: &Keys) -> Result<HttpRequest, NoAnswer> {
        let Unsigned { method, url, reference, body } = *unsigned;
        let key = signature::key(keys.first())
            .ok_or_else(|| credentials::unusable(CarrierName::Bridge, "its first line is not base64"))?;
        let timestamp = self.clock.now().as_second().to_string();
        let signature = sign(&key, reference, &timestamp, body.as_bytes());
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", reference.to_owned()),
            ("webhook-timestamp", timestamp),
            ("webhook-signature", signature),
        ];
        https::request(method, url, headers, body.to_owned())
    }
}

impl Carrier for Bridge {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async move {
            let reference = sms.id.correlation();
            let body = BridgeSms {
                to: sms.to.e164(),
                text: sms.text.to_owned(),
                reference: reference.clone(),
                valid_for_s: sms.valid_for_s,
            };
            let body = serde_json::to_string(&body).expect("strings and a number are JSON");
            let unsigned = Unsigned { method: "POST", url: &self.url, reference: &reference, body: &body };
            let answered = self.ask(unsigned).await;
            answered.map_or_else(Outcome::from, |answered| verdicts::classify(&answered)).into()
        })
    }

    fn can_be_asked(&self) -> bool {
        self.can_be_asked
    }

    fn find<'a>(&'a self, question: &'a Question<'a>) -> Finding<'a> {
        Box::pin(async move {
            let reference = question.sms.id.correlation();
            let url = format!("{}/{reference}", self.url.trim_end_matches('/'));
            let unsigned = Unsigned { method: "GET", url: &url, reference: &reference, body: "" };
            let answered = self.ask(unsigned).await;
            match answered.map_or(Found::Nothing, |answered| found(&answered, &reference)) {
                // Our request may still wait in front of it.
                Found::NeverReceived if !question.is_last => Found::Nothing,
                found => found,
            }
        })
    }
}

/// Only a finding for the very message that was asked for tells anything: an address that is wrong
/// answers 404 as well.
fn found(answered: &Answered, reference: &str) -> Found {
    match answered.read::<BridgeFinding>() {
        Some(finding) if answered.status == 200 && finding.reference == reference => match finding.state {
            BridgeState::Accepted => Found::Accepted,
            BridgeState::NeverReceived => Found::NeverReceived,
            BridgeState::Unknown => Found::Nothing,
        },
        _ => Found::Nothing,
    }
}
