//! The bridge: a minimal contract of our own for any gateway.
//!
//! `POST` of a [`BridgeSms`] as JSON, signed according to Standard Webhooks (`webhook-signature: v1,`
//! base64 of HMAC-SHA256 over `id.timestamp.body`). The response is a status: 2xx accepted; 400, 413
//! and 422 permanently refused; 408, 425, 429 and 503 retry later; 401, 403, 404 and 405 a problem of
//! account or URL, which halts delivery; any other status, or a truncated response, is unknown.
//!
//! A bridge with status queries answers `GET` of its URL and `/{reference}`, signed over an empty body,
//! with a [`BridgeFinding`]. Any other response carries no information. Receipts and replies are
//! callbacks ([`BridgeEvent`]), signed in the same way.

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

/// A carrier behind an HTTP URL.
pub struct Bridge {
    connector: SharedHttpConnector,
    url: String,
    key: Secret,
    can_be_asked: bool,
    clock: Arc<dyn Clock>,
}

/// An unsigned request.
struct Unsigned<'a> {
    method: &'static str,
    url: &'a str,
    reference: &'a str,
    body: &'a str,
}

impl Bridge {
    /// Response timeout; after it the outcome is unknown.
    pub const TIMEOUT: Duration = https::TIMEOUT;

    /// Creates a bridge from a URL and the shared key: base64 lines, the first of which signs.
    pub fn new(url: String, key: Secret, clock: Arc<dyn Clock>) -> Self {
        Self::through(https::connector(), url, key, clock)
    }

    /// Uses the caller's connection.
    pub const fn through(
        connector: SharedHttpConnector,
        url: String,
        key: Secret,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { connector, url, key, can_be_asked: false, clock }
    }

    /// Enables status queries.
    pub fn with_status_query(self) -> Self {
        Self { can_be_asked: true, ..self }
    }

    /// Sends one request. A refused signature is certain: if the key was rotated concurrently, the
    /// request is repeated once with the new one.
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
            let body = serde_json::to_string(&body).expect("strings and a number serialise");
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
                // Our request may still be queued before it.
                Found::NeverReceived if !question.is_last => Found::Nothing,
                found => found,
            }
        })
    }
}

/// Only a finding for the requested message counts: a wrong URL answers 404 as well.
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
