//! The queue of reports: what carriers told, from those who let it in to those who note it.

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

/// What travels through the queue of reports. The tag carries the version, so that messages enqueued before
/// a deployment are still understood after it. Events of AWS come as they are, without any of this.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "v")]
pub enum ReportMessage {
    /// What became of a message.
    #[serde(rename = "receipt/1")]
    Receipt {
        /// Which one.
        about: TellsOf,
        /// What is told of it.
        told: Told,
        /// How often its message was looked for in vain.
        #[serde(default)]
        tried: u8,
    },
    /// OVHcloud says that something became of one of its messages; only its answer to a question of ours is
    /// believed.
    #[serde(rename = "ovh/1")]
    Ovh {
        /// OVHcloud's number for it.
        id: u64,
        /// How often OVHcloud was asked in vain.
        #[serde(default)]
        tried: u8,
    },
    /// Somebody wants no more SMS. The number travels, the words do not.
    #[serde(rename = "stop/1")]
    Stop {
        /// Who brought the reply.
        carrier: CarrierName,
        /// The carrier's name for it.
        id: String,
        /// Whose phone.
        from: PhoneNumber,
        /// The message that it answers, if the carrier knows.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        answers: Option<TellsOf>,
        /// When it was said.
        at: Timestamp,
    },
}

/// The message that a report is about, on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TellsOf {
    /// By our own name.
    Message(String),
    /// By the carrier's.
    CarrierId(CarrierName, String),
}

/// A receipt on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// The carrier is at it.
    OnItsWay,
    /// The phone has it.
    Delivered,
    /// It will not arrive.
    Failed(FailureReason),
}

impl From<About> for TellsOf {
    fn from(about: About) -> Self {
        match about {
            About::Message(message) => Self::Message(message.correlation()),
            About::CarrierId(carrier, id) => Self::CarrierId(carrier, id),
        }
    }
}

impl TellsOf {
    /// Back to the domain; none of a name that we never gave.
    pub fn about(self) -> Option<About> {
        match self {
            Self::Message(name) => name.parse::<MessageId>().ok().map(About::Message),
            Self::CarrierId(carrier, id) => Some(About::CarrierId(carrier, id)),
        }
    }
}

impl From<Receipt> for Told {
    fn from(receipt: Receipt) -> Self {
        match receipt {
            Receipt::OnItsWay => Self::OnItsWay,
            Receipt::Delivered => Self::Delivered,
            Receipt::Failed(reason) => Self::Failed(reason),
        }
    }
}

impl From<Told> for Receipt {
    fn from(told: Told) -> Self {
        match told {
            Told::OnItsWay => Self::OnItsWay,
            Told::Delivered => Self::Delivered,
            Told::Failed(reason) => Self::Failed(reason),
        }
    }
}

impl ReportMessage {
    /// A receipt that was let in.
    pub fn receipt(about: About, receipt: Receipt) -> Self {
        Self::Receipt { about: about.into(), told: receipt.into(), tried: 0 }
    }

    /// A reply that says stop. What the carrier does not date was said now.
    pub fn stop(reply: Reply, now: Timestamp) -> Self {
        let Reply { carrier, id, from, answers, at, .. } = reply;
        // A carrier's clock that is ahead must not close a number against a later decision.
        let at = at.unwrap_or(now).min(now);
        Self::Stop { carrier, id, from, answers: answers.map(TellsOf::from), at }
    }
}

/// The queue of reports.
#[derive(Clone)]
pub struct ReportQueue {
    aws: Aws,
    url: String,
}

impl ReportQueue {
    /// The queue at this address.
    pub const fn new(aws: Aws, url: String) -> Self {
        Self { aws, url }
    }

    /// Enqueues one report. Twice does no harm.
    pub async fn enqueue(&self, message: &ReportMessage) -> Result<(), QueueError> {
        self.enqueue_after(message, Duration::ZERO).await
    }

    /// The same, for later: at most a quarter of an hour.
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
