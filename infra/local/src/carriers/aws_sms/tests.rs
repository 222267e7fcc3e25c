//! The stand-in for AWS End User Messaging SMS refuses what the service refuses, and sends its events.

use serde_json::{Value, json};

use super::AWS_SMS_PATH;
use crate::carriers::{
    recorded::{Answer, Recorded},
    sigv4::tests::signed,
};

fn text_to(number: &str) -> Value {
    json!({
        "DestinationPhoneNumber": number,
        "OriginationIdentity": "Carillon",
        "MessageBody": "Claire est absente ce matin.",
        "MessageType": "TRANSACTIONAL",
        "ConfigurationSetName": "carillon",
        "MaxPrice": "0.30",
        "TimeToLive": 3600,
        "Context": { "reference": "sch_01-snd_01-0001-02" },
    })
}

async fn send(fake_carrier: &Recorded, body: &Value) -> Answer {
    let [authorization, date] = signed("sms-voice");
    let headers = [
        authorization,
        date,
        ("content-type", "application/x-amz-json-1.0".to_owned()),
        ("x-amz-target", "PinpointSMSVoiceV2.SendTextMessage".to_owned()),
    ];
    fake_carrier.call("POST", &format!("{AWS_SMS_PATH}/"), &headers, &body.to_string()).await
}

#[tokio::test(start_paused = true)]
async fn the_events_of_a_text_carry_its_context() {
    let mut fake_carrier = Recorded::new();
    let answer = send(&fake_carrier, &text_to("+33639981234")).await;
    assert_eq!(answer.status, 200);
    assert_eq!(fake_carrier.inbox.of("+33639981234")[0].reference, "sch_01-snd_01-0001-02");
    let events = fake_carrier.events().await;
    let kinds: Vec<_> = events.iter().map(|event| (&event["eventType"], &event["isFinal"])).collect();
    assert_eq!(kinds, [(&json!("TEXT_SENT"), &json!(false)), (&json!("TEXT_DELIVERED"), &json!(true))]);
    for event in &events {
        assert_eq!(event["messageId"], answer.json()["MessageId"]);
        assert_eq!(event["context"], json!({ "reference": "sch_01-snd_01-0001-02" }));
        assert_eq!(event["eventTimestamp"], 1_795_507_200_000_i64);
        assert_eq!(event["destinationPhoneNumber"], "+33639981234");
    }
}

#[tokio::test(start_paused = true)]
async fn a_text_that_the_service_would_refuse_is_refused_with_its_reason() {
    let mut fake_carrier = Recorded::new();
    let with = |name: &str, value: Value| {
        let mut body = text_to("+33639981234");
        body[name] = value;
        body
    };
    let mut without = text_to("+33639981234");
    without.as_object_mut().unwrap().remove("OriginationIdentity");
    let six: Value = (0..6).map(|n| (n.to_string(), json!("v"))).collect::<serde_json::Map<_, _>>().into();
    for (body, kind, reason) in [
        (without, "ValidationException", Some("MISSING_PARAMETER")),
        (with("MessageBody", json!("")), "ValidationException", Some("INVALID_PARAMETER")),
        (with("MaxPrice", json!(0.3)), "ValidationException", Some("INVALID_PARAMETER")),
        (with("TimeToLive", json!(4)), "ValidationException", Some("INVALID_PARAMETER")),
        (with("Context", six), "ValidationException", Some("INVALID_PARAMETER")),
        (with("Tag", json!("x")), "ValidationException", Some("UNSPECIFIED_PARAMETER_NOT_SUPPORTED")),
        (text_to("+33639980001"), "ValidationException", Some("INVALID_PARAMETER")),
        (text_to("+33639980006"), "ConflictException", Some("DESTINATION_PHONE_NUMBER_OPTED_OUT")),
        (text_to("+33639980002"), "ThrottlingException", None),
    ] {
        let answer = send(&fake_carrier, &body).await;
        let told = answer.json();
        assert_eq!(
            (answer.status, told["__type"].as_str(), told["Reason"].as_str()),
            (400, Some(kind), reason)
        );
    }
    assert!(fake_carrier.events().await.is_empty() && fake_carrier.inbox.all().is_empty());
}

#[tokio::test]
async fn a_call_for_another_service_or_operation_is_refused() {
    let fake_carrier = Recorded::new();
    let body = text_to("+33639981234").to_string();
    assert_eq!(fake_carrier.call("POST", AWS_SMS_PATH, &[], &body).await.status, 403);
    assert_eq!(fake_carrier.call("POST", AWS_SMS_PATH, &signed("sns"), &body).await.status, 403);
    assert_eq!(fake_carrier.call("POST", AWS_SMS_PATH, &signed("sms-voice"), &body).await.status, 404);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_brings_nothing_and_reports_nothing() {
    let mut fake_carrier = Recorded::new();
    let mut body = text_to("+33639981234");
    body["DryRun"] = json!(true);
    assert_eq!(send(&fake_carrier, &body).await.status, 200);
    assert!(fake_carrier.events().await.is_empty() && fake_carrier.inbox.all().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stop_comes_as_a_message_of_the_two_way_topic() {
    let mut fake_carrier = Recorded::new();
    let sent = send(&fake_carrier, &text_to("+33639980004")).await;
    assert_eq!((sent.status, fake_carrier.reply("0639980004", "STOP").await), (200, 404));
    let events = fake_carrier.events().await;
    assert_eq!(events[1]["eventType"], "TEXT_CARRIER_UNREACHABLE");
    let sent = send(&fake_carrier, &text_to("+33639981234")).await.json();
    assert_eq!(fake_carrier.reply("0639981234", "Stop").await, 202);
    let events = fake_carrier.events().await;
    let reply = events.iter().find(|event| event["messageBody"] == "Stop").unwrap();
    assert_eq!(reply["originationNumber"], "+33639981234");
    assert_eq!(reply["previousPublishedMessageId"], sent["MessageId"]);
    assert_eq!(send(&fake_carrier, &text_to("+33639981234")).await.json()["__type"], "ConflictException");
}
