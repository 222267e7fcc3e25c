//! OVHcloud's stand-in refuses what OVHcloud refuses, and calls back like OVHcloud.

use domain::clock::Clock;
use serde_json::{Value, json};

use super::{OVH_PATH, signature::sign};
use crate::carriers::recorded::{Answer, Recorded};

const HOST: &str = "127.0.0.1:8080";

/// Signs a call like the adapter, with headers that the test may break.
async fn call_with(
    fake_carrier: &Recorded,
    (method, path, body): (&str, &str, &str),
    spoil: impl Fn(&mut Vec<(&str, String)>),
) -> Answer {
    let credentials = &fake_carrier.credentials;
    let uri = format!("{OVH_PATH}/sms/{}{path}", credentials.ovh_service);
    let timestamp = fake_carrier.clock.now().as_second().to_string();
    let url = format!("http://{HOST}{uri}");
    let (secret, consumer) = (&credentials.ovh_application_secret, &credentials.ovh_consumer);
    let mut headers = vec![
        ("host", HOST.to_owned()),
        ("x-ovh-application", credentials.ovh_application.clone()),
        ("x-ovh-consumer", consumer.clone()),
        ("x-ovh-signature", sign([secret, consumer, method, &url], body.as_bytes(), &timestamp)),
        ("x-ovh-timestamp", timestamp),
    ];
    spoil(&mut headers);
    fake_carrier.call(method, &uri, &headers, body).await
}

async fn call(fake_carrier: &Recorded, method: &str, path: &str, body: &str) -> Answer {
    call_with(fake_carrier, (method, path, body), |_| ()).await
}

fn job(receivers: &[&str]) -> Value {
    json!({
        "message": "Claire est absente ce matin.",
        "noStopClause": true,
        "priority": "high",
        "receivers": receivers,
        "sender": "Carillon",
        "tag": "sch_01-snd_01-0001-02",
        "validityPeriod": 1440,
    })
}

async fn send(fake_carrier: &Recorded, job: &Value) -> Answer {
    call(fake_carrier, "POST", "/jobs", &job.to_string()).await
}

#[tokio::test(start_paused = true)]
async fn valid_and_invalid_receivers_of_one_call_are_told_apart() {
    let fake_carrier = Recorded::new();
    let receivers = ["+33639981234", "+33639980001", "0033639981235", "+33639980006"];
    let report = send(&fake_carrier, &job(&receivers)).await.json();
    assert_eq!(report["validReceivers"], json!(["+33639981234", "0033639981235"]));
    assert_eq!(report["invalidReceivers"], json!(["+33639980001", "+33639980006"]));
    assert_eq!(
        (report["ids"].as_array().map(Vec::len), &report["totalCreditsRemoved"]),
        (Some(2), &json!(2.0))
    );
    let listed = call(&fake_carrier, "GET", "/outgoing?tag=sch_01-snd_01-0001-02", "").await.json();
    assert_eq!(listed, report["ids"]);
    assert_eq!(call(&fake_carrier, "GET", "/outgoing?tag=other", "").await.json(), json!([]));
}

#[tokio::test(start_paused = true)]
async fn a_state_comes_to_the_secret_path_and_is_told_when_asked() {
    let fake_carrier = Recorded::new();
    let id = send(&fake_carrier, &job(&["+33639981234"])).await.json()["ids"][0].clone();
    let path = format!("/outgoing/{id}");
    assert_eq!(call(&fake_carrier, "GET", &path, "").await.json()["ptt"], 1);
    let secret = fake_carrier.credentials.ovh_callback_secret.clone();
    let callbacks = fake_carrier.callbacks().await;
    let told: Vec<_> = callbacks.iter().map(|call| (call.method.as_str(), call.url.as_str())).collect();
    let url = format!("http://127.0.0.1:8080/v1/receipts/ovh/{secret}?id={id}");
    assert!(told[0].1.starts_with(&format!("{url}&ptt=3&date=20261124080000&description=")), "{told:?}");
    assert!(told[1].1.starts_with(&format!("{url}&ptt=4&")) && told[1].1.contains("&descriptionDlr="));
    assert_eq!((told.len(), told[0].0), (2, "GET"));
    let sms = call(&fake_carrier, "GET", &path, "").await.json();
    assert_eq!((&sms["ptt"], &sms["deliveryReceipt"]), (&json!(4), &json!(1)));
    assert_eq!(sms["deliveredAt"], "2026-11-24T08:00:00+00:00");
    assert_eq!(call(&fake_carrier, "GET", "/jobs", "").await.json(), json!([]));
}

#[tokio::test]
async fn the_time_is_told_to_anybody() {
    let answer = Recorded::new().call("GET", &format!("{OVH_PATH}/auth/time"), &[], "").await;
    assert_eq!((answer.status, answer.text.as_str()), (200, "1795507200"));
}

#[tokio::test]
async fn a_call_that_is_not_signed_right_is_refused() {
    let fake_carrier = Recorded::new();
    let body = job(&["+33639981234"]).to_string();
    for (header, value, status, code) in [
        ("x-ovh-application", "other", 403, "INVALID_KEY"),
        ("x-ovh-consumer", "other", 403, "INVALID_CREDENTIAL"),
        ("x-ovh-signature", "$1$e9556054b6309771395efa467c22e627407461ad", 400, "INVALID_SIGNATURE"),
        ("x-ovh-timestamp", "1795507231", 400, "QUERY_TIME_OUT"),
        ("x-ovh-timestamp", "1795507230", 400, "INVALID_SIGNATURE"),
        ("x-ovh-timestamp", "now", 400, "QUERY_TIME_OUT"),
        ("host", "other", 400, "INVALID_SIGNATURE"),
    ] {
        let answer = call_with(&fake_carrier, ("POST", "/jobs", &body), |headers| {
            let header = headers.iter_mut().find(|(name, _)| *name == header).unwrap();
            header.1 = value.to_owned();
        });
        let answer = answer.await;
        assert_eq!((answer.status, answer.json()["errorCode"].as_str()), (status, Some(code)), "{header}");
    }
}

#[tokio::test]
async fn a_missing_an_unknown_and_a_wrong_parameter_are_refused() {
    let fake_carrier = Recorded::new();
    let with = |name: &str, value: Value| {
        let mut job = job(&["+33639981234"]);
        job[name] = value;
        job
    };
    let without = |name: &str| {
        let mut job = job(&["+33639981234"]);
        job.as_object_mut().unwrap().remove(name);
        job
    };
    for (job, message) in [
        (without("message"), "[message] Missing parameter"),
        (without("noStopClause"), "[noStopClause] Missing parameter"),
        (with("noStopClause", json!(false)), "[noStopClause] Given data is not valid"),
        (with("priority", json!("urgent")), "[priority] Given data is not valid"),
        (with("receivers", json!([])), "[receivers] Given data is not valid"),
        (with("receivers", json!(["0639981234"])), "[receivers/0] Given data is not valid"),
        (with("text", json!("Bonjour")), "[text] Unknown parameter"),
    ] {
        let answer = send(&fake_carrier, &job).await;
        assert_eq!((answer.status, answer.json()["message"].as_str()), (400, Some(message)));
        assert_eq!(answer.json()["class"], "Client::BadRequest");
    }
    assert!(fake_carrier.inbox.all().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_put_off_took_nothing() {
    let fake_carrier = Recorded::new();
    let both = job(&["+33639981234", "+33639980002"]);
    assert_eq!(send(&fake_carrier, &both).await.status, 429);
    assert_eq!(send(&fake_carrier, &both).await.status, 429);
    assert!(fake_carrier.texts("+33639981234").is_empty());
    assert_eq!(send(&fake_carrier, &both).await.status, 200);
    assert_eq!(fake_carrier.texts("+33639981234").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_told_by_the_blacklist_only() {
    let fake_carrier = Recorded::new();
    send(&fake_carrier, &job(&["+33639981234"])).await;
    assert_eq!(call(&fake_carrier, "GET", "/blacklists/+33639981234", "").await.status, 404);
    assert_eq!(fake_carrier.reply("0639981234", "STOP").await, 202);
    assert_eq!(call(&fake_carrier, "GET", "/blacklists/%2B33639981234", "").await.status, 200);
    assert_eq!(call(&fake_carrier, "GET", "/blacklists", "").await.json(), json!(["+33639981234"]));
    assert!(fake_carrier.callbacks().await.iter().all(|call| call.url.contains("/v1/receipts/ovh/")));
    let report = send(&fake_carrier, &job(&["+33639981234"])).await.json();
    assert_eq!(report["invalidReceivers"], json!(["+33639981234"]));
}
