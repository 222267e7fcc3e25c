//! OVHcloud SMS.
//!
//! `POST` of a job with one text and all its recipients, identified by the tag of its first message.
//! Callbacks are unsigned: they only trigger a status query.

mod api;
mod job;
mod outgoing;
mod signature;
#[cfg(test)]
mod tests;
mod verdicts;

pub use outgoing::{OvhCallback, OvhReceipt, Unconfirmed};
pub use verdicts::{RECEIPTS, VERDICTS};

use std::{slice, sync::Arc};

use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use form_urlencoded::byte_serialize;
use futures_util::future::join_all;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout_at},
};

use self::{
    api::{Api, Call},
    job::{Group, JobReport, Receiver},
};
use super::{Answer, Answers, Carrier, Finding, Found, GIVEN_UP_AFTER, Handover, Question, Sms, https};
use aws::Secret;
use domain::delivery::Outcome;
use domain::{clock::Clock, delivery::FailureReason, phone::PhoneNumber};

/// OVHcloud's URL and our account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OvhSettings {
    /// `https://eu.api.ovh.com/1.0`.
    pub base_url: String,
    /// The SMS account, such as `sms-ab12345-1`.
    pub service: String,
    /// The operator's sender, fixed for all schools and requests.
    pub sender: String,
    /// The application key, which is not secret.
    pub application: String,
}

/// An SMS account at OVHcloud.
pub struct Ovh {
    api: Api,
    service: String,
    sender: String,
}

impl Ovh {
    /// Creates a carrier from an account and its signing secrets.
    pub fn new(
        settings: OvhSettings,
        application_secret: Secret,
        consumer_key: Secret,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self::through(https::connector(), settings, application_secret, consumer_key, clock)
    }

    /// Uses the caller's connection.
    pub fn through(
        connector: SharedHttpConnector,
        settings: OvhSettings,
        application_secret: Secret,
        consumer_key: Secret,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let OvhSettings { base_url, service, sender, application } = settings;
        let base_url = base_url.trim_end_matches('/').to_owned();
        let ahead_s = Mutex::new(None);
        let api = Api { connector, base_url, application, application_secret, consumer_key, clock, ahead_s };
        Self { api, service, sender }
    }

    fn path(&self, rest: &str) -> String {
        format!("/sms/{}{rest}", self.service)
    }

    /// Submits a group; returns the results in order.
    async fn hand_over(&self, group: &Group<'_>, deadline: Instant) -> Vec<Outcome> {
        let (path, body) = (self.path("/jobs"), group.job(&self.sender));
        let call = self.api.call(Call { method: "POST", path: &path, body: &body });
        let all = |outcome| vec![outcome; group.receivers.len()];
        let answered = match timeout_at(deadline, call).await {
            Ok(Ok(answered)) => answered,
            Ok(Err(no_answer)) => return all(no_answer.into()),
            Err(_) => return all(Outcome::Unknown),
        };
        if !answered.is_success() {
            return all(verdicts::classify(&answered));
        }
        // An accepted job may still refuse a phone: only the complete report is certain.
        let Some(report) = answered.read::<JobReport>() else { return all(Outcome::Unknown) };
        let outcomes = group.receivers.iter().map(async |receiver| match report.of(*receiver) {
            Receiver::Valid => Outcome::Accepted,
            Receiver::Invalid => Outcome::Refused(self.why_invalid(*receiver, deadline).await),
            Receiver::NotListed => Outcome::Unknown,
        });
        join_all(outcomes).await
    }

    /// OVHcloud reports opted-out numbers as invalid; a blacklist query distinguishes them. The refusal
    /// stands in any case.
    async fn why_invalid(&self, number: PhoneNumber, deadline: Instant) -> FailureReason {
        let number = number.e164();
        for spelling in [number.clone(), number.replacen('+', "00", 1)] {
            let spelling: String = byte_serialize(spelling.as_bytes()).collect();
            let path = self.path(&format!("/blacklists/{spelling}"));
            let answered = timeout_at(deadline, self.api.get(&path)).await;
            match answered.ok().and_then(Result::ok).filter(|answered| answered.body.is_some()) {
                Some(answered) if answered.status == 200 => return FailureReason::OptedOut,
                Some(answered) if answered.status == 404 => {}
                // Unexplained.
                _ => return FailureReason::Refused,
            }
        }
        FailureReason::InvalidNumber
    }
}

impl Carrier for Ovh {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async move {
            let alone = self.send_block(slice::from_ref(sms)).await.pop();
            alone.unwrap_or_else(|| Outcome::Unknown.into())
        })
    }

    fn send_block<'a>(&'a self, block: &'a [Sms<'a>]) -> Answers<'a> {
        Box::pin(async move {
            let deadline = Instant::now() + GIVEN_UP_AFTER;
            let groups = job::groups(block);
            let outcomes = join_all(groups.iter().map(|group| self.hand_over(group, deadline))).await;
            let mut handovers: Vec<Handover> = vec![Outcome::Unknown.into(); block.len()];
            for (group, outcomes) in groups.iter().zip(outcomes) {
                for (place, outcome) in group.places.iter().zip(outcomes) {
                    handovers[*place] = outcome.into();
                }
            }
            handovers
        })
    }

    fn uses_tags(&self) -> bool {
        true
    }

    fn can_be_asked(&self) -> bool {
        true
    }

    fn find<'a>(&'a self, question: &'a Question<'a>) -> Finding<'a> {
        Box::pin(async move { self.look_for(question).await.unwrap_or(Found::Nothing) })
    }
}
