//! The report queue: carriers' reports, from the callbacks to the receipts function.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::QueueError;
use aws::Aws;
use domain::{
    delivery::{About, CarrierName, FailureReason, Receipt, Reply},
    id::MessageId,
    phone::PhoneNumber,
};

/// A message of the report queue. The tag contains the version, so that messages enqueued before a
/// deployment remain readable after it. AWS events are stored in their original form, without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "v")]
pub enum ReportMessage {
    #[serde(rename = "receipt/1")]
    Receipt {
        about: ReportSubject,
        told: ReportedStatus,
        /// Number of failed look-ups of its message.
        #[serde(default)]
        tried: u8,
    },
    /// OVHcloud reports a change of one of its messages; only its response to our query is trusted.
    #[serde(rename = "ovh/1")]
    Ovh {
        /// OVHcloud's id of the message.
        id: u64,
        /// Number of failed queries.
        #[serde(default)]
        tried: u8,
    },
    /// An opt-out. Contains the number, but not the reply's text.
    #[serde(rename = "stop/1")]
    Stop {
        /// The carrier of the reply.
        carrier: CarrierName,
        /// The carrier's id of the reply.
        id: String,
        from: PhoneNumber,
        /// The message answered, if the carrier reports it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answers: Option<ReportSubject>,
        at: Timestamp,
    },
}

/// The wire form of the message that a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportSubject {
    /// By our reference.
    Message(String),
    /// By the carrier's id.
    CarrierId(CarrierName, String),
}

/// The wire form of a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportedStatus {
    OnItsWay,
    Delivered,
    Failed(FailureReason),
}

impl From<About> for ReportSubject {
    fn from(about: About) -> Self {
        match about {
            About::Message(message) => Self::Message(message.correlation()),
            About::CarrierId(carrier, id) => Self::CarrierId(carrier, id),
        }
    }
}

impl ReportSubject {
    /// Converts to the domain; `None` for an unknown reference.
    pub fn about(self) -> Option<About> {
        match self {
            Self::Message(name) => name.parse::<MessageId>().ok().map(About::Message),
            Self::CarrierId(carrier, id) => Some(About::CarrierId(carrier, id)),
        }
    }
}

impl From<Receipt> for ReportedStatus {
    fn from(receipt: Receipt) -> Self {
        match receipt {
            Receipt::OnItsWay => Self::OnItsWay,
            Receipt::Delivered => Self::Delivered,
            Receipt::Failed(reason) => Self::Failed(reason),
        }
    }
}

impl From<ReportedStatus> for Receipt {
    fn from(told: ReportedStatus) -> Self {
        match told {
            ReportedStatus::OnItsWay => Self::OnItsWay,
            ReportedStatus::Delivered => Self::Delivered,
            ReportedStatus::Failed(reason) => Self::Failed(reason),
        }
    }
}

impl ReportMessage {
    /// Builds a report of a verified receipt.
    pub fn receipt(about: About, receipt: Receipt) -> Self {
        Self::Receipt { about: about.into(), told: receipt.into(), tried: 0 }
    }

    /// Builds a report of an opt-out. Without a date from the carrier, the current time applies.
    pub fn stop(reply: Reply, now: Timestamp) -> Self {
        let Reply { carrier, id, from, answers, at, .. } = reply;
        // A carrier's fast clock must not close a number after a later reopening.
        let at = at.unwrap_or(now).min(now);
        Self::Stop { carrier, id, from, answers: answers.map(ReportSubject::from), at }
    }
}

/// The report queue.
#[derive(Clone)]
pub struct ReportQueue {
    aws: Aws,
    url: String,
}

impl ReportQueue {
    /// Creates a queue at a URL.
    pub const fn new(aws: Aws, url: String) -> Self {
        Self { aws, url }
    }

    /// Enqueues one report. Idempotent.
    pub async fn enqueue(&self, message: &ReportMessage) -> Result<(), QueueError> {
        self.enqueue_after(message, Duration::ZERO).await
    }

    /// Enqueues one report with a delay of at most 15 minutes.
    pub async fn enqueue_after(&self, message: &ReportMessage, delay: Duration) -> Result<(), QueueError> {
        let body = serde_json::to_string(message).expect("a message is a plain struct");
        let delay_s = i32::try_from(delay.as_secs()).expect("at most a quarter of an hour");
        self.aws
            .sqs()
            .send_message()
            .queue_url(&self.url)
            .message_body(body)
            .set_delay_seconds((delay_s > 0).then_some(delay_s))
            .send()
            .await
            .map_err(QueueError::new)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_carries_names_a_number_at_most_and_no_words() {
        let message = "sch_01J0000000000000000000000A-snd_01J0000000000000000000000B-0007-42";
        let about = About::Message(message.parse().unwrap());
        let json = |message: &ReportMessage| serde_json::to_string(message).unwrap();
        let delivered = ReportMessage::receipt(about, Receipt::Delivered);
        insta::assert_snapshot!(
            json(&delivered),
            @r#"{"v":"receipt/1","about":{"message":"sch_01J0000000000000000000000A-snd_01J0000000000000000000000B-0007-42"},"told":"delivered","tried":0}"#
        );
        let id = About::CarrierId(CarrierName::AwsSms, "9f".to_owned());
        let failed = ReportMessage::receipt(id.clone(), Receipt::Failed(FailureReason::Unreachable));
        insta::assert_snapshot!(
            json(&failed),
            @r#"{"v":"receipt/1","about":{"carrier_id":["aws-sms","9f"]},"told":{"failed":"unreachable"},"tried":0}"#
        );
        let reply = Reply {
            carrier: CarrierName::Twilio,
            id: "SM1".to_owned(),
            from: PhoneNumber::parse("0639981234", domain::territory::Territory::Metropole).unwrap(),
            text: "STOP".to_owned(),
            answers: Some(id),
            at: None,
        };
        let stop = ReportMessage::stop(reply, "2026-11-24T09:00:00Z".parse().unwrap());
        insta::assert_snapshot!(
            json(&stop),
            @r#"{"v":"stop/1","carrier":"twilio","id":"SM1","from":"XS+33639981234","answers":{"carrier_id":["aws-sms","9f"]},"at":"2026-11-24T09:00:00Z"}"#
        );
        for message in [delivered, failed, stop] {
            assert_eq!(serde_json::from_str::<ReportMessage>(&json(&message)).unwrap(), message);
        }
    }
}
