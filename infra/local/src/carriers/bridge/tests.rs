//! The bridge refuses requests outside the contract, and its receipts satisfy it.

use carriers::{is_signed, sign};
use domain::clock::Clock;
use serde_json::{Value, json};

use super::BRIDGE_PATH;
use crate::carriers::recorded::{Answer, Callback, Recorded};

async fn call(fake_carrier: &Recorded, key: &[u8], body: &Value) -> Answer {
    let (body, timestamp) = (body.to_string(), fake_carrier.clock.now().as_second().to_string());
    let signature = sign(key, "id", &timestamp, body.as_bytes());
    let headers =
        [("webhook-id", "id".to_owned()), ("webhook-timestamp", timestamp), ("webhook-signature", signature)];
    fake_carrier.call("POST", BRIDGE_PATH, &headers, &body).await
}

async fn send(fake_carrier: &Recorded, to: &str) -> u16 {
    let body = json!({ "reference": "sch_01-snd_01-0001-02", "to": to, "text": "Bonjour" });
    call(fake_carrier, &fake_carrier.credentials.bridge_key, &body).await.status
}

fn carries_our_signature(fake_carrier: &Recorded, call: &Callback) -> bool {
    let header = |name: &str| call.headers[name].as_str();
    is_signed(
        &fake_carrier.credentials.bridge_key,
        header("webhook-id"),
        header("webhook-timestamp"),
        call.body.as_bytes(),
        header("webhook-signature"),
    )
}

#[tokio::test(start_paused = true)]
async fn receipts_come_back_signed_under_names_of_their_own() {
    let fake_carrier = Recorded::new();
    assert_eq!(send(&fake_carrier, "+33639981234").await, 202);
    let callbacks = fake_carrier.callbacks().await;
    let told: Vec<_> = callbacks.iter().map(Callback::json).collect();
    let receipt = |state: &str| json!({"type": "receipt", "reference": "sch_01-snd_01-0001-02", "state": state, "at": "2026-11-24T08:00:00Z"});
    assert_eq!(told, [receipt("sent"), receipt("delivered")]);
    assert!(callbacks.iter().all(|call| carries_our_signature(&fake_carrier, call)));
    assert!(callbacks.iter().all(|call| call.url == "http://127.0.0.1:8080/v1/receipts/bridge"));
    assert_ne!(callbacks[0].headers["webhook-id"], callbacks[1].headers["webhook-id"]);
}

#[tokio::test(start_paused = true)]
async fn a_late_receipt_comes_twice_under_one_name() {
    let fake_carrier = Recorded::new();
    send(&fake_carrier, "+33639980005").await;
    let callbacks = fake_carrier.callbacks().await;
    let times: Vec<_> = callbacks.iter().map(|call| call.after_s).collect();
    assert_eq!(times, [10, 12]);
    assert_eq!(callbacks[0].headers["webhook-id"], callbacks[1].headers["webhook-id"]);
    assert_eq!(callbacks[0].body, callbacks[1].body);
}

#[tokio::test(start_paused = true)]
async fn a_callback_that_is_not_taken_is_tried_three_times_more() {
    let fake_carrier = Recorded::new();
    fake_carrier.answer_callbacks_with(&[503, 503, 404, 302, 302]);
    send(&fake_carrier, "+33639980004").await;
    let callbacks = fake_carrier.callbacks().await;
    let of = |state: &str| {
        let its = callbacks.iter().filter(|call| call.json()["state"] == state);
        its.map(|call| (call.after_s, call.headers["webhook-id"].clone())).collect::<Vec<_>>()
    };
    let (sent, failed) = (of("sent"), of("failed"));
    assert_eq!(sent.len() + failed.len(), 7, "{callbacks:?}");
    assert!(sent.iter().all(|(_, id)| *id == sent[0].1) && failed.iter().all(|(_, id)| *id == failed[0].1));
    assert_eq!(callbacks.last().unwrap().after_s, 31);
    assert_eq!(callbacks.last().unwrap().json()["type"], "receipt");
    let reason = callbacks.iter().find(|call| call.json()["state"] == "failed").unwrap().json();
    assert_eq!(reason["reason"], "undelivered");
}

#[tokio::test(start_paused = true)]
async fn a_text_that_is_not_of_the_contract_is_refused() {
    let fake_carrier = Recorded::new();
    let key = fake_carrier.credentials.bridge_key.clone();
    let right = json!({ "reference": "r", "to": "+33639981234", "text": "Bonjour" });
    assert_eq!(call(&fake_carrier, b"another key", &right).await.status, 401);
    let (mut missing, mut unknown) = (right.clone(), right.clone());
    missing.as_object_mut().unwrap().remove("text");
    unknown["sender"] = json!("Carillon");
    for body in [missing, unknown, json!([])] {
        assert_eq!(call(&fake_carrier, &key, &body).await.status, 400);
    }
    assert_eq!(send(&fake_carrier, "+33639980001").await, 422);
    assert_eq!(send(&fake_carrier, "+33639980006").await, 422);
    assert!(fake_carrier.callbacks().await.is_empty() && fake_carrier.inbox.all().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stop_names_the_text_that_it_answers_and_is_heeded() {
    let fake_carrier = Recorded::new();
    send(&fake_carrier, "+33639981234").await;
    assert_eq!(fake_carrier.reply("06.39.98.12.34", "STOP").await, 202);
    let reply =
        fake_carrier.callbacks().await.into_iter().find(|call| call.json()["type"] == "reply").unwrap();
    assert!(carries_our_signature(&fake_carrier, &reply));
    let told = reply.json();
    assert_eq!((&told["from"], &told["text"]), (&json!("+33639981234"), &json!("STOP")));
    assert_eq!(told["in_reply_to"], "sch_01-snd_01-0001-02");
    assert_eq!(send(&fake_carrier, "+33639981234").await, 422);
}

#[tokio::test(start_paused = true)]
async fn no_receipt_follows_an_answer_that_was_lost_and_the_bridge_cannot_tell() {
    let fake_carrier = Recorded::new();
    send(&fake_carrier, "+33639980003").await;
    assert!(fake_carrier.callbacks().await.is_empty());
    assert_eq!(fake_carrier.texts("+33639980003"), ["Bonjour"]);
    let timestamp = fake_carrier.clock.now().as_second().to_string();
    let signature = sign(&fake_carrier.credentials.bridge_key, "id", &timestamp, b"");
    let headers =
        [("webhook-id", "id".to_owned()), ("webhook-timestamp", timestamp), ("webhook-signature", signature)];
    let uri = format!("{BRIDGE_PATH}/sch_01-snd_01-0001-02");
    assert_eq!(fake_carrier.call("GET", &uri, &headers, "").await.json()["state"], "unknown");
    assert_eq!(fake_carrier.call("GET", &uri, &[], "").await.status, 401);
}
