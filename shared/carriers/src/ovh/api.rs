//! Signed calls to OVHcloud's API, with OVHcloud's clock.

use std::{sync::Arc, time::Duration};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use futures_util::{join, try_join};
use tokio::{sync::Mutex, time::timeout};

use super::{
    signature::Signed,
    verdicts::{Complaint, complaint},
};
use crate::{
    credentials,
    https::{self, Answered, NoAnswer},
};
use aws::Secret;
use domain::{clock::Clock, delivery::CarrierName, keys::Keys};

/// Short, because a text waits for `/auth/time`.
const TIME_TIMEOUT: Duration = Duration::from_millis(1500);

/// The API and our credentials.
pub(super) struct Api {
    pub connector: SharedHttpConnector,
    pub base_url: String,
    pub application: String,
    pub application_secret: Secret,
    pub consumer_key: Secret,
    pub clock: Arc<dyn Clock>,
    /// Seconds by which OVHcloud's clock is ahead of ours, once known.
    pub ahead_s: Mutex<Option<i64>>,
}

/// An unsigned call. Its path follows the base URL and includes the query.
#[derive(Clone, Copy)]
pub(super) struct Call<'a> {
    pub method: &'static str,
    pub path: &'a str,
    pub body: &'a str,
}

/// The signing keys of a call.
struct OurKeys {
    application_secret: Keys,
    consumer_key: Keys,
}

impl Api {
    /// Performs a signed `GET`.
    pub async fn get(&self, path: &str) -> Result<Answered, NoAnswer> {
        self.call(Call { method: "GET", path, body: "" }).await
    }

    /// Performs one call. A refusal of our time or keys is certain: the call is repeated once with
    /// OVHcloud's time, and with rotated keys.
    pub async fn call(&self, call: Call<'_>) -> Result<Answered, NoAnswer> {
        let (application_secret, consumer_key) = try_join!(
            credentials::keys(&self.application_secret, CarrierName::Ovh),
            credentials::keys(&self.consumer_key, CarrierName::Ovh),
        )?;
        let mut keys = OurKeys { application_secret, consumer_key };
        let mut ahead_s = self.ahead_s().await;
        let mut answered = self.signed(call, &keys, ahead_s).await?;
        if complaint(&answered) == Complaint::Time {
            // Nothing was accepted, and its time is still unknown.
            ahead_s = self.ahead_after_refusal_s(ahead_s).await.ok_or(NoAnswer::NeverSent)?;
            answered = self.signed(call, &keys, ahead_s).await?;
        }
        if complaint(&answered) == Complaint::Keys && self.renew(&mut keys).await {
            answered = self.signed(call, &keys, ahead_s).await?;
        }
        Ok(answered)
    }

    async fn renew(&self, keys: &mut OurKeys) -> bool {
        let (secret, consumer) = join!(
            credentials::changed(&self.application_secret, &keys.application_secret),
            credentials::changed(&self.consumer_key, &keys.consumer_key),
        );
        let is_renewed = secret.is_some() || consumer.is_some();
        keys.application_secret = secret.unwrap_or_else(|| keys.application_secret.clone());
        keys.consumer_key = consumer.unwrap_or_else(|| keys.consumer_key.clone());
        is_renewed
    }

    async fn signed(&self, call: Call<'_>, keys: &OurKeys, ahead_s: i64) -> Result<Answered, NoAnswer> {
        let Call { method, path, body } = call;
        let url = format!("{}{path}", self.base_url);
        // The difference is a server's word.
        let timestamp = self.clock.now().as_second().saturating_add(ahead_s).to_string();
        let (secret, consumer) = (keys.application_secret.first(), keys.consumer_key.first());
        let signed = Signed {
            application_secret: secret,
            consumer_key: consumer,
            method,
            url: &url,
            body,
            timestamp: &timestamp,
        };
        let headers = vec![
            ("content-type", "application/json".to_owned()),
            ("accept", "application/json".to_owned()),
            ("x-ovh-application", self.application.clone()),
            ("x-ovh-consumer", consumer.to_owned()),
            ("x-ovh-signature", signed.signature()),
            ("x-ovh-timestamp", timestamp),
        ];
        https::exchange(&self.connector, https::request(method, &url, headers, body.to_owned())?).await
    }

    /// Read once per process; concurrent callers wait for the same response. Our own clock is used
    /// unless refused.
    async fn ahead_s(&self) -> i64 {
        let mut known = self.ahead_s.lock().await;
        match *known {
            Some(ahead_s) => ahead_s,
            None => *known.insert(self.ask_the_time().await.unwrap_or(0)),
        }
    }

    /// Re-reads the difference after a refusal, unless another caller already did.
    async fn ahead_after_refusal_s(&self, refused: i64) -> Option<i64> {
        let mut known = self.ahead_s.lock().await;
        if let Some(ahead_s) = known.filter(|ahead_s| *ahead_s != refused) {
            return Some(ahead_s);
        }
        let told = self.ask_the_time().await?;
        Some(*known.insert(told))
    }

    async fn ask_the_time(&self) -> Option<i64> {
        let url = format!("{}/auth/time", self.base_url);
        let request = https::request("GET", &url, Vec::new(), String::new()).ok()?;
        let asked = timeout(TIME_TIMEOUT, https::exchange(&self.connector, request)).await;
        let answered = asked.ok()?.ok().filter(Answered::is_success)?;
        Some(answered.read::<i64>()?.saturating_sub(self.clock.now().as_second()))
    }
}
