//! Twilio's stand-in refuses what Twilio refuses, and calls back like Twilio.

use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::Value;

use super::TWILIO_PATH;
use crate::carriers::{
    form,
    recorded::{Answer, Recorded},
};

const CALLBACK: &str = "http://127.0.0.1:8080/v1/receipts/twilio?reference=sch_01-snd_01-0001-02&x=1";

fn account_path(fake_carrier: &Recorded) -> String {
    format!("{TWILIO_PATH}/2010-04-01/Accounts/{}", fake_carrier.credentials.twilio_account)
}

fn basic(fake_carrier: &Recorded, token: &str) -> (&'static str, String) {
    let pair = format!("{}:{token}", fake_carrier.credentials.twilio_account);
    ("authorization", format!("Basic {}", BASE64_STANDARD.encode(pair)))
}

fn to(number: &str) -> Vec<(&'static str, String)> {
    vec![
        ("To", number.to_owned()),
        ("From", "Carillon".to_owned()),
        ("Body", "Claire est absente ce matin.".to_owned()),
        ("StatusCallback", CALLBACK.to_owned()),
        ("ValidityPeriod", "36000".to_owned()),
    ]
}

async fn send(fake_carrier: &Recorded, fields: &[(&str, String)]) -> Answer {
    let form_type = ("content-type", "application/x-www-form-urlencoded".to_owned());
    let headers = [basic(fake_carrier, &fake_carrier.credentials.twilio_token), form_type];
    let uri = format!("{}/Messages.json", account_path(fake_carrier));
    fake_carrier.call("POST", &uri, &headers, &form::write(fields)).await
}

async fn get(fake_carrier: &Recorded, path: &str) -> Value {
    let headers = [basic(fake_carrier, &fake_carrier.credentials.twilio_token)];
    let answer =
        fake_carrier.call("GET", &format!("{}{path}", account_path(fake_carrier)), &headers, "").await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[tokio::test(start_paused = true)]
async fn a_text_reaches_the_phone_and_its_status_comes_back_signed() {
    let fake_carrier = Recorded::new();
    let answer = send(&fake_carrier, &to("+33639981234")).await;
    assert_eq!((answer.status, answer.json()["status"].as_str()), (201, Some("queued")));
    assert_eq!(fake_carrier.inbox.of("+33639981234")[0].reference, "sch_01-snd_01-0001-02");
    let callbacks = fake_carrier.callbacks().await;
    let statuses: Vec<_> =
        callbacks.iter().map(|call| (call.form()["MessageStatus"].clone(), call.after_s)).collect();
    assert_eq!(statuses, [("sent".to_owned(), 0), ("delivered".to_owned(), 1)]);
    for call in &callbacks {
        assert_eq!((call.method.as_str(), call.url.as_str()), ("POST", CALLBACK));
        assert_eq!(call.headers["x-twilio-signature"].len(), 28);
        let form = call.form();
        assert_eq!(form["MessageSid"], answer.json()["sid"]);
        assert!(form.contains_key("CarillonUnannounced") && !form.contains_key("ErrorCode"));
    }
    let path = format!("/Messages/{}.json", answer.json()["sid"].as_str().unwrap());
    assert_eq!(get(&fake_carrier, &path).await["status"], "delivered");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_twilio_would_refuse_is_refused_with_its_code() {
    let fake_carrier = Recorded::new();
    let with = |name: &'static str, value: &str| {
        let mut fields = to("+33639981234");
        fields.retain(|(field, _)| *field != name);
        fields.push((name, value.to_owned()));
        fields
    };
    for (fields, status, code) in [
        (with("To", ""), 400, 21604),
        (with("Body", ""), 400, 21602),
        (with("From", ""), 400, 21603),
        (with("From", "Collège Jean Moulin"), 400, 21212),
        (with("To", "0639981234"), 400, 21211),
        (with("To", "+33142345678"), 400, 21211),
        (with("To", "+33639980001"), 400, 21211),
        (with("To", "+33639980006"), 400, 21610),
        (with("Body", &"a".repeat(1601)), 400, 21617),
        (with("StatusCallback", "receipts"), 400, 21609),
        (with("ValidityPeriod", "36001"), 400, 20001),
        (with("Sender", "Carillon"), 400, 20001),
    ] {
        let answer = send(&fake_carrier, &fields).await;
        assert_eq!((answer.status, answer.json()["code"].as_u64()), (status, Some(code)), "{fields:?}");
    }
    assert!(fake_carrier.callbacks().await.is_empty() && fake_carrier.inbox.all().is_empty());
}

#[tokio::test]
async fn a_wrong_token_or_another_account_is_not_let_in() {
    let fake_carrier = Recorded::new();
    let right = basic(&fake_carrier, &fake_carrier.credentials.twilio_token);
    let ours = format!("{}/Messages.json", account_path(&fake_carrier));
    let other = format!("{TWILIO_PATH}/2010-04-01/Accounts/AC{}/Messages.json", "0".repeat(32));
    for (uri, headers) in
        [(&ours, vec![]), (&ours, vec![basic(&fake_carrier, "wrong")]), (&other, vec![right])]
    {
        for method in ["GET", "POST"] {
            let answer = fake_carrier.call(method, uri, &headers, "").await;
            assert_eq!((answer.status, answer.json()["code"].as_u64()), (401, Some(20003)));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_is_put_off_twice_and_then_taken() {
    let fake_carrier = Recorded::new();
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(send(&fake_carrier, &to("+33639980002")).await.status);
    }
    assert_eq!(statuses, [429, 429, 201]);
}

#[tokio::test(start_paused = true)]
async fn a_message_whose_answer_is_lost_is_found_in_the_list() {
    let fake_carrier = Recorded::new();
    let start = tokio::time::Instant::now();
    send(&fake_carrier, &to("+33639980003")).await;
    assert_eq!(start.elapsed().as_secs(), 8);
    let list =
        get(&fake_carrier, "/Messages.json?To=%2B33639980003&PageSize=20&DateSent%3E=2026-11-24").await;
    assert_eq!(list["messages"][0]["body"], "Claire est absente ce matin.");
    let later = get(&fake_carrier, "/Messages.json?To=%2B33639980003&DateSent%3E=2026-11-25").await;
    assert_eq!(later["messages"], Value::Array(Vec::new()));
    assert!(fake_carrier.callbacks().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_list_shows_the_newest_first_and_says_when_there_is_more() {
    let fake_carrier = Recorded::new();
    for body in ["un", "deux", "trois"] {
        let mut fields = to("+33639981234");
        fields[2].1 = body.to_owned();
        send(&fake_carrier, &fields).await;
    }
    let first = get(&fake_carrier, "/Messages.json?PageSize=2").await;
    assert_eq!(
        (&first["messages"][0]["body"], &first["messages"][1]["body"]),
        (&"trois".into(), &"deux".into())
    );
    let next = first["next_page_uri"].as_str().unwrap().split_once("/Messages").unwrap().1.to_owned();
    let second = get(&fake_carrier, &format!("/Messages{next}")).await;
    assert_eq!((&second["messages"][0]["body"], &second["next_page_uri"]), (&"un".into(), &Value::Null));
}

#[tokio::test(start_paused = true)]
async fn a_text_that_does_not_arrive_is_reported_with_its_code() {
    let fake_carrier = Recorded::new();
    send(&fake_carrier, &to("+33639980004")).await;
    let last = fake_carrier.callbacks().await.pop().unwrap().form();
    assert_eq!((last["MessageStatus"].as_str(), last["ErrorCode"].as_str()), ("undelivered", "30003"));
    assert!(fake_carrier.texts("+33639980004").is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_stop_is_passed_on_and_then_the_number_is_refused() {
    let fake_carrier = Recorded::new();
    send(&fake_carrier, &to("+33639981234")).await;
    assert_eq!(fake_carrier.reply("0639981234", " stop ").await, 202);
    let reply =
        fake_carrier.callbacks().await.into_iter().find(|call| call.form().contains_key("Body")).unwrap();
    assert_eq!(reply.url, "http://127.0.0.1:8080/v1/replies/twilio");
    let form = reply.form();
    assert_eq!((form["From"].as_str(), form["To"].as_str()), ("+33639981234", "Carillon"));
    assert!(reply.headers.contains_key("x-twilio-signature"));
    assert_eq!(send(&fake_carrier, &to("+33639981234")).await.json()["code"], 21610);
}
