//! Tests of the End User Messaging SMS adapter against a loopback server.

use serde_json::{Value, json};

use super::*;
use crate::loopback::{self, FakeCarrier, answer, sms};

fn settings() -> AwsSmsSettings {
    AwsSmsSettings {
        origination_identity: "Carillon".to_owned(),
        configuration_set: Some("receipts".to_owned()),
        max_price: Some("0.50".to_owned()),
        joins_by_id: false,
    }
}

#[tokio::test]
async fn a_text_carries_our_name_in_its_context() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("200 OK", r#"{"MessageId":"ed23196c"}"#)).await;
    let sms = sms(42, "0639981234", "Bonjour");
    let handover = AwsSms::new(loopback::aws(&fake_carrier.url), settings()).send(&sms).await;
    assert_eq!(handover, Outcome::Accepted.into());
    let asked = fake_carrier.asked();
    assert_eq!(asked[0].header("x-amz-target"), "PinpointSMSVoiceV2.SendTextMessage");
    let body: Value = serde_json::from_str(&asked[0].body).unwrap();
    let expected = json!({
        "DestinationPhoneNumber": "+33639981234",
        "OriginationIdentity": "Carillon",
        "MessageBody": "Bonjour",
        "MessageType": "TRANSACTIONAL",
        "ConfigurationSetName": "receipts",
        "MaxPrice": "0.50",
        "TimeToLive": 3_600,
        "Context": { "m": sms.id.correlation() },
    });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn the_services_own_name_is_kept_where_events_carry_no_context() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("200 OK", r#"{"MessageId":"ed23196c"}"#)).await;
    let settings = AwsSmsSettings { joins_by_id: true, ..settings() };
    let handover =
        AwsSms::new(loopback::aws(&fake_carrier.url), settings).send(&sms(0, "0639981234", "Bonjour")).await;
    assert_eq!(handover, Handover { outcome: Outcome::Accepted, carrier_id: Some("ed23196c".to_owned()) });
}

#[tokio::test]
async fn a_time_to_live_stays_within_what_the_service_takes() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("200 OK", "{}")).await;
    let carrier = AwsSms::new(loopback::aws(&fake_carrier.url), settings());
    for valid_for_s in [0, u32::MAX] {
        carrier.send(&Sms { valid_for_s, ..sms(0, "0639981234", "Bonjour") }).await;
    }
    let told: Vec<_> = fake_carrier
        .asked()
        .iter()
        .map(|asked| serde_json::from_str::<Value>(&asked.body).unwrap()["TimeToLive"].clone())
        .collect();
    assert_eq!(told, [5, 259_200]);
}
