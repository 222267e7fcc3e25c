//! The events of AWS End User Messaging SMS, as queued by a subscription to their SNS topic.

use domain::{
    phone::PhoneNumber,
    territory::Territory,
    text::{Encoding, MeasuredText},
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use crate::{
    carriers::{
        network::{Receipt, Report, Text},
        stand_ins::StandIns,
    },
    phones::ReceivedSms,
};

/// The topics of this machine: delivery events, and replies.
const EVENTS_TOPIC: &str = "arn:aws:sns:eu-west-3:000000000000:carillon-sms-events";
const REPLIES_TOPIC: &str = "arn:aws:sns:eu-west-3:000000000000:carillon-sms-replies";

/// The fields common to all events of one text.
pub(super) struct Subject {
    message_id: String,
    sender: String,
    number: String,
    size: MeasuredText,
    context: Map<String, Value>,
}

impl Subject {
    pub fn of(number: &str, text: &Text<'_>, context: Map<String, Value>) -> Self {
        Self {
            message_id: text.message_id.to_owned(),
            sender: text.sender.to_owned(),
            number: number.to_owned(),
            size: MeasuredText::of(text.text),
            context,
        }
    }

    fn country(&self) -> String {
        match PhoneNumber::parse(&self.number, Territory::Metropole) {
            Ok(number) if !number.is_simulated() => number.destination().code().to_owned(),
            _ => "FR".to_owned(),
        }
    }
}

pub(super) fn tell(all: &StandIns, subject: &Subject, Report { receipt, at }: Report) {
    let (status, description) = match receipt {
        Receipt::Sent => ("SENT", "Message has been sent to the carrier"),
        Receipt::Delivered => ("DELIVERED", "Message has been accepted by phone"),
        Receipt::Undelivered => ("CARRIER_UNREACHABLE", "Phone is currently unreachable or unavailable"),
    };
    let encoding = if subject.size.encoding == Encoding::Gsm7 { "GSM" } else { "Unicode" };
    let event = json!({
        "eventType": format!("TEXT_{status}"),
        "eventVersion": "1.0",
        "eventTimestamp": at.as_millisecond(),
        "isFinal": receipt != Receipt::Sent,
        "originationPhoneNumber": subject.sender,
        "destinationPhoneNumber": subject.number,
        "isoCountryCode": subject.country(),
        "messageId": subject.message_id,
        "messageRequestTimestamp": at.as_millisecond(),
        "messageEncoding": encoding,
        "messageType": "TRANSACTIONAL",
        "messageStatus": status,
        "messageStatusDescription": description,
        "totalMessageParts": subject.size.segments.get(),
        "context": subject.context,
    });
    publish(all, EVENTS_TOPIC, &event, at);
}

/// A reply to a phone's last text (the payload of two-way SMS).
pub(in crate::carriers) fn reply(all: &StandIns, last: &ReceivedSms, text: &str) {
    let payload = json!({
        "originationNumber": last.number,
        "destinationNumber": last.sender,
        "messageKeyword": text.trim().to_uppercase(),
        "messageBody": text,
        "inboundMessageId": all.identifiers.uuid(),
        "previousPublishedMessageId": last.message_id,
    });
    publish(all, REPLIES_TOPIC, &payload, all.fake_carrier.clock.now());
}

/// The body of a queue message: an SNS notification with the event as its message. The signature is for HTTP
/// subscribers; queue consumers do not check it.
fn publish(all: &StandIns, topic: &str, event: &Value, at: Timestamp) {
    let envelope = json!({
        "Type": "Notification",
        "MessageId": all.identifiers.uuid(),
        "TopicArn": topic,
        "Message": event.to_string(),
        "Timestamp": at.to_string(),
        "SignatureVersion": "1",
        "Signature": "",
        "SigningCertURL": "https://sns.eu-west-3.amazonaws.com/SimpleNotificationService.pem",
        "UnsubscribeURL": "https://sns.eu-west-3.amazonaws.com/?Action=Unsubscribe",
    });
    if all.fake_carrier.aws_events.send(envelope.to_string()).is_err() {
        tracing::warn!("the receiver of AWS events is closed");
    }
}
