//! Twilio's Programmable Messaging.
//!
//! `POST` of a form to the account's `Messages.json`. Our reference goes into the query of its
//! `StatusCallback`: Twilio has no other field for it, and no idempotency key.

mod callback;
mod list;
mod receipts;
#[cfg(test)]
mod tests;
mod verdicts;

pub use callback::{is_signed, report};
pub use receipts::RECEIPTS;
pub use verdicts::VERDICTS;

use aws_smithy_runtime_api::client::{http::SharedHttpConnector, orchestrator::HttpRequest};
use aws_smithy_types::body::SdkBody;
use base64::{Engine, prelude::BASE64_STANDARD};
use form_urlencoded::Serializer;

use super::{
    Answer, Carrier, Finding, Found, Question, Sms, credentials,
    https::{self, Answered, NoAnswer},
};
use aws::Secret;
use domain::delivery::{CarrierName, Outcome};
use domain::keys::Keys;

/// The sender of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TwilioSender {
    /// A number of the account, or a name of up to 11 characters.
    From(String),
    /// A messaging service, which chooses the sender: `MG` and 32 hexadecimal digits.
    MessagingService(String),
}

/// Twilio's URL and our account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TwilioSettings {
    /// `https://api.twilio.com`.
    pub base_url: String,
    /// `AC` and 32 hexadecimal digits.
    pub account_sid: String,
    /// The operator's sender, fixed for all schools and requests.
    pub sender: TwilioSender,
    /// The public URL of our receipts, without a query.
    pub status_callback: String,
}

/// Allowed validity in seconds: 1 to 36,000 (its API reference, `ValidityPeriod`).
const VALIDITY_PERIOD_S: (u32, u32) = (1, 36_000);

/// Makes Twilio retry five times after an error or no response: by default it gives up after a failed
/// connection (its "connection overrides", written as a fragment).
pub const TRIED_AGAIN: &str = "rc=5&rp=all";

/// An account at Twilio.
pub struct Twilio {
    connector: SharedHttpConnector,
    settings: TwilioSettings,
    token: Secret,
}

impl Twilio {
    /// Creates a carrier from an account and its token.
    pub fn new(settings: TwilioSettings, token: Secret) -> Self {
        Self::through(https::connector(), settings, token)
    }

    /// Uses the caller's connection.
    pub const fn through(connector: SharedHttpConnector, settings: TwilioSettings, token: Secret) -> Self {
        Self { connector, settings, token }
    }

    fn messages_url(&self) -> String {
        let TwilioSettings { base_url, account_sid, .. } = &self.settings;
        format!("{}/2010-04-01/Accounts/{account_sid}/Messages.json", base_url.trim_end_matches('/'))
    }

    fn form(&self, sms: &Sms<'_>) -> String {
        let (least, most) = VALIDITY_PERIOD_S;
        let mut form = Serializer::new(String::new());
        form.append_pair("To", &sms.to.e164());
        match &self.settings.sender {
            TwilioSender::From(sender) => form.append_pair("From", sender),
            TwilioSender::MessagingService(sid) => form.append_pair("MessagingServiceSid", sid),
        };
        form.append_pair("Body", sms.text)
            .append_pair(
                "StatusCallback",
                &format!("{}?m={}#{TRIED_AGAIN}", self.settings.status_callback, sms.id.correlation()),
            )
            .append_pair("ValidityPeriod", &sms.valid_for_s.clamp(least, most).to_string())
            .finish()
    }

    fn request(
        &self,
        method: &'static str,
        url: &str,
        body: impl Into<SdkBody>,
        token: &str,
    ) -> Result<HttpRequest, NoAnswer> {
        let account = format!("{}:{token}", self.settings.account_sid);
        let headers = vec![
            ("authorization", format!("Basic {}", BASE64_STANDARD.encode(account))),
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("accept", "application/json".to_owned()),
        ];
        https::request(method, url, headers, body)
    }

    /// Sends one request. A refused token is certain: if it was rotated concurrently, the request is
    /// repeated once with the new one.
    async fn ask(&self, method: &'static str, url: &str, body: &str) -> Result<Answered, NoAnswer> {
        let ask = async |keys: &Keys| {
            let request = self.request(method, url, body.to_owned(), keys.first())?;
            https::exchange(&self.connector, request).await
        };
        let keys = credentials::keys(&self.token, CarrierName::Twilio).await?;
        let answered = ask(&keys).await?;
        if answered.refuses_credentials()
            && verdicts::classify(&answered) == Outcome::Halt
            && let Some(changed) = credentials::changed(&self.token, &keys).await
        {
            return ask(&changed).await;
        }
        Ok(answered)
    }
}

impl Carrier for Twilio {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async move {
            let answered = self.ask("POST", &self.messages_url(), &self.form(sms)).await;
            answered.map_or_else(Outcome::from, |answered| verdicts::classify(&answered)).into()
        })
    }

    fn can_be_asked(&self) -> bool {
        true
    }

    fn find<'a>(&'a self, question: &'a Question<'a>) -> Finding<'a> {
        Box::pin(async move { self.look_for(question).await.unwrap_or(Found::Nothing) })
    }
}
