//! Tests of the bridge adapter against a loopback server.

use super::*;
use crate::loopback::{Asked, FakeCarrier, answer, sms, ten_o_clock};

const KEY: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn bridge(url: &str, key: &str) -> Bridge {
    Bridge::new(url.to_owned(), Secret::known(key), ten_o_clock()).with_status_query()
}

fn is_ours(asked: &Asked) -> bool {
    let (id, timestamp) = (asked.header("webhook-id"), asked.header("webhook-timestamp"));
    let key = signature::key(KEY).unwrap();
    is_signed(&key, id, timestamp, asked.body.as_bytes(), asked.header("webhook-signature"))
        && is_fresh(timestamp, ten_o_clock().now())
}

#[tokio::test]
async fn a_text_carries_our_name_and_the_signature_of_the_first_key() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("202 Accepted", "")).await;
    let sms = sms(42, "0639981234", "L’école est fermée");
    let bridge = bridge(&fake_carrier.url, &format!("{KEY}\nb2xk"));
    assert_eq!(bridge.send(&sms).await, Outcome::Accepted.into());
    let asked = fake_carrier.asked();
    assert!(is_ours(&asked[0]));
    let reference = sms.id.correlation();
    assert_eq!((asked[0].line.as_str(), asked[0].header("webhook-id")), ("POST /", reference.as_str()));
    let body: BridgeSms = serde_json::from_str(&asked[0].body).unwrap();
    assert_eq!(
        body,
        BridgeSms {
            reference,
            to: "+33639981234".to_owned(),
            text: "L’école est fermée".to_owned(),
            valid_for_s: sms.valid_for_s,
        }
    );
}

#[tokio::test]
async fn nothing_leaves_with_a_key_that_is_none() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("202 Accepted", "")).await;
    for key in ["", "not base64!"] {
        let handover = bridge(&fake_carrier.url, key).send(&sms(0, "0639981234", "Bonjour")).await;
        assert_eq!(handover.outcome, Outcome::TryLater);
    }
    assert_eq!(fake_carrier.asked().len(), 0);
}

#[tokio::test]
async fn only_a_finding_for_the_very_message_tells_anything() {
    let question = Question {
        sms: sms(42, "0639981234", "Bonjour"),
        tried_at: "2026-11-24T09:59:00Z".parse().unwrap(),
        is_last: true,
    };
    let ours = question.sms.id.correlation();
    let other = question.sms.id.reference();
    for (status, reference, state, expected) in [
        ("200 OK", &ours, "accepted", Found::Accepted),
        ("200 OK", &ours, "never_received", Found::NeverReceived),
        ("200 OK", &ours, "unknown", Found::Nothing),
        ("200 OK", &other, "accepted", Found::Nothing),
        ("404 Not Found", &ours, "never_received", Found::Nothing),
    ] {
        let body = format!(r#"{{"reference":"{reference}","state":"{state}"}}"#);
        let fake_carrier = FakeCarrier::that_answers(move |_| answer(status, &body)).await;
        assert_eq!(bridge(&fake_carrier.url, KEY).find(&question).await, expected, "{status} {state}");
        let asked = fake_carrier.asked();
        assert!(is_ours(&asked[0]));
        assert_eq!((asked[0].line.as_str(), asked[0].body.as_str()), (format!("GET /{ours}").as_str(), ""));
        // Until the last query, the message may still be in transit to the bridge.
        let early = Question { is_last: false, ..question.clone() };
        let expected = if expected == Found::NeverReceived { Found::Nothing } else { expected };
        assert_eq!(bridge(&fake_carrier.url, KEY).find(&early).await, expected, "{status} {state}");
    }
}
