//! Events of End User Messaging SMS from a queue: receipts and replies.

use jiff::Timestamp;
use serde::Deserialize;

use super::CONTEXT_KEY;
use super::verdicts::RECEIPTS;
use crate::{undocumented, verdict::receipt_of};
use domain::{
    delivery::{About, CarrierName, NotAReport, Receipt, Reply, Report},
    phone::PhoneNumber,
    territory::Territory,
};

/// The messages in the queue, distinguished by unique fields.
#[derive(Deserialize)]
#[serde(untagged)]
enum Body {
    FromSns(Notification),
    FromEventBridge(Envelope),
    Event(Event),
    TwoWay(TwoWay),
}

/// The SNS envelope, unless its subscription uses raw delivery.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Notification {
    message: String,
    timestamp: Option<Timestamp>,
}

/// The EventBridge envelope.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Envelope {
    source: String,
    detail_type: String,
    detail: Event,
}

/// A status event of a text.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event {
    event_type: String,
    message_id: String,
    /// Whether this is the last event of the text.
    #[serde(default)]
    is_final: Option<bool>,
    #[serde(default)]
    context: Option<serde_json::Map<String, serde_json::Value>>,
}

/// An inbound SMS.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct TwoWay {
    origination_number: String,
    message_body: String,
    inbound_message_id: String,
    #[serde(default)]
    previous_published_message_id: Option<String>,
}

/// Parses the body of a queue message. Empty for events without information on our texts.
pub fn reports(body: &str) -> Result<Vec<Report>, NotAReport> {
    let report = match read(body)? {
        Body::FromSns(Notification { message, timestamp }) => match read(&message)? {
            Body::Event(event) => receipt(event),
            Body::TwoWay(reply) => answer(reply, timestamp),
            Body::FromSns(_) | Body::FromEventBridge(_) => return Err(NotAReport::OffTheContract),
        },
        Body::FromEventBridge(Envelope { source, detail_type, detail }) => {
            if source != "aws.sms-voice" || detail_type != "Text Message Delivery Status Updated" {
                return Err(NotAReport::OffTheContract);
            }
            receipt(detail)
        }
        Body::Event(event) => receipt(event),
        Body::TwoWay(reply) => answer(reply, None),
    };
    Ok(report.into_iter().collect())
}

fn read(body: &str) -> Result<Body, NotAReport> {
    serde_json::from_str(body).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => NotAReport::OffTheContract,
        _ => NotAReport::Unreadable,
    })
}

fn receipt(event: Event) -> Option<Report> {
    let receipt = match receipt_of(CarrierName::AwsSms, RECEIPTS, &event.event_type)?.receipt? {
        // AWS is still retrying.
        Receipt::Failed(_) if event.is_final == Some(false) => Receipt::OnItsWay,
        receipt => receipt,
    };
    let given = event.context.as_ref().and_then(|context| context.get(CONTEXT_KEY));
    let name = given.and_then(|name| name.as_str()?.parse().ok());
    if given.is_some() && name.is_none() {
        undocumented::note_unknown_reference(CarrierName::AwsSms);
    }
    let about = name.map_or(About::CarrierId(CarrierName::AwsSms, event.message_id), About::Message);
    Some(Report::Receipt(about, receipt))
}

/// `None` for a reply from a number that is not mobile.
fn answer(reply: TwoWay, at: Option<Timestamp>) -> Option<Report> {
    let answers = reply.previous_published_message_id.filter(|id| !id.is_empty());
    Some(Report::Reply(Reply {
        carrier: CarrierName::AwsSms,
        id: reply.inbound_message_id,
        from: PhoneNumber::parse(&reply.origination_number, Territory::Metropole).ok()?,
        text: reply.message_body,
        answers: answers.map(|id| About::CarrierId(CarrierName::AwsSms, id)),
        at,
    }))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::aws_sms::RECEIPTS;
    use domain::delivery::Receipt;

    const NAME: &str = "sch_01J0000000000000000000000A-snd_01J0000000000000000000000B-0007-42";

    fn event(event_type: &str) -> Value {
        json!({
            "eventType": event_type,
            "eventVersion": "1.0",
            "eventTimestamp": 1_764_000_000_000_u64,
            "isFinal": true,
            "originationPhoneNumber": "Carillon",
            "destinationPhoneNumber": "+33639981234",
            "messageId": "ed23196c-75ce-4727-93ee-7bf72b64998f",
            "context": { "m": NAME },
        })
    }

    fn two_way() -> Value {
        json!({
            "originationNumber": "+33639981234",
            "destinationNumber": "+33639980000",
            "messageKeyword": "STOP",
            "messageBody": "Stop",
            "inboundMessageId": "in-1",
            "previousPublishedMessageId": "out-1",
        })
    }

    fn from_sns(message: &Value) -> Value {
        json!({
            "Type": "Notification",
            "MessageId": "n-1",
            "TopicArn": "arn:aws:sns:eu-west-3:000000000000:events",
            "Message": message.to_string(),
            "Timestamp": "2026-11-24T10:00:00.000Z",
        })
    }

    fn from_event_bridge(detail: Value) -> Value {
        json!({
            "version": "0",
            "id": "5c0fa4f8-e4ba-ed02-6101-c795472fccd0",
            "detail-type": "Text Message Delivery Status Updated",
            "source": "aws.sms-voice",
            "time": "2026-11-24T10:00:00Z",
            "detail": detail,
        })
    }

    fn by_id() -> About {
        About::CarrierId(CarrierName::AwsSms, "ed23196c-75ce-4727-93ee-7bf72b64998f".to_owned())
    }

    #[test]
    fn every_line_of_the_table_is_a_receipt_whatever_brought_it() {
        let by_name = About::Message(NAME.parse().unwrap());
        for line in RECEIPTS {
            let event = event(line.code);
            let mut without_context = event.clone();
            without_context.as_object_mut().unwrap().remove("context");
            for (body, about) in [
                (event.clone(), by_name.clone()),
                (from_sns(&event), by_name.clone()),
                (without_context.clone(), by_id()),
                (from_event_bridge(without_context), by_id()),
            ] {
                let expected: Vec<_> =
                    line.receipt.map(|receipt| Report::Receipt(about, receipt)).into_iter().collect();
                assert_eq!(reports(&body.to_string()), Ok(expected), "{}", line.code);
            }
        }
    }

    #[test]
    fn a_context_of_somebody_else_leaves_the_name_of_the_service() {
        for context in [json!({}), json!({"m": "x"}), json!({"m": 7}), json!({"n": NAME}), json!(null)] {
            let mut event = event("TEXT_DELIVERED");
            event["context"] = context;
            let expected = Report::Receipt(by_id(), Receipt::Delivered);
            assert_eq!(reports(&event.to_string()), Ok(vec![expected]));
        }
    }

    #[test]
    fn a_reference_that_is_not_ours_leaves_one_line_without_it() {
        let mut event = event("TEXT_DELIVERED");
        event["context"] = json!({"m": "+33639981234"});
        let lines = telemetry::written(|| assert!(reports(&event.to_string()).is_ok()));
        let expected = json!({
            "carrier": "aws-sms",
            "level": "WARN",
            "message": "unreadable reference",
            "reason": "report_of_no_message",
        });
        assert_eq!(lines, expected.to_string());
    }

    #[test]
    fn an_answer_names_the_text_that_came_before() {
        for (body, at) in
            [(two_way(), None), (from_sns(&two_way()), Some("2026-11-24T10:00:00Z".parse().unwrap()))]
        {
            let Ok([Report::Reply(reply)]) =
                reports(&body.to_string()).map(|r| <[Report; 1]>::try_from(r).unwrap())
            else {
                panic!("no reply")
            };
            assert_eq!((reply.id.as_str(), reply.text.as_str(), reply.at), ("in-1", "Stop", at));
            assert_eq!(reply.from.e164(), "+33639981234");
            assert_eq!(reply.answers, Some(About::CarrierId(CarrierName::AwsSms, "out-1".to_owned())));
        }
    }

    #[test]
    fn an_event_that_tells_nothing_is_no_error() {
        assert_eq!(reports(&event("TEXT_TELEPORTED").to_string()), Ok(vec![]));
        let mut short_code = two_way();
        short_code["originationNumber"] = json!("36111");
        assert_eq!(reports(&short_code.to_string()), Ok(vec![]));
    }

    #[test]
    fn what_is_something_else_is_no_report() {
        for body in ["", "{", "STOP"] {
            assert_eq!(reports(body), Err(NotAReport::Unreadable), "{body}");
        }
        let mut foreign = from_event_bridge(event("TEXT_SENT"));
        foreign["source"] = json!("aws.ec2");
        for body in
            [json!({}), json!([]), json!({"Records": []}), from_sns(&from_sns(&event("TEXT_SENT"))), foreign]
        {
            assert_eq!(reports(&body.to_string()), Err(NotAReport::OffTheContract), "{body}");
        }
        assert_eq!(reports(&from_sns(&json!({})).to_string()), Err(NotAReport::OffTheContract));
    }
}
