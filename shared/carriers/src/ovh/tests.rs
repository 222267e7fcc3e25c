//! Tests of the OVHcloud adapter against a loopback server.

use serde_json::{Value, json};

use super::{job::tag, signature::Signed, *};
use crate::loopback::{Asked, FakeCarrier, answer, sms, ten_o_clock};
use domain::delivery::Receipt;

/// Ten o'clock, as on the tests' clock.
const OUR_TIME_S: i64 = 1_795_514_400;
/// Clock difference of OVHcloud.
const AHEAD_S: i64 = 90;

fn ovh(url: &str) -> Ovh {
    let settings = OvhSettings {
        base_url: url.to_owned(),
        service: "sms-ab12345-1".to_owned(),
        sender: "Carillon".to_owned(),
        application: "application".to_owned(),
    };
    Ovh::new(settings, Secret::known("secret"), Secret::known("consumer"), ten_o_clock())
}

/// A server with OVHcloud's time and scripted responses.
async fn fake_carrier(rest: impl Fn(&Asked) -> Vec<u8> + Send + Sync + 'static) -> FakeCarrier {
    FakeCarrier::that_answers(move |asked| match asked.line.as_str() {
        "GET /auth/time" => answer("200 OK", &(OUR_TIME_S + AHEAD_S).to_string()),
        _ => rest(asked),
    })
    .await
}

fn job_report(valid: &[&str], invalid: &[&str]) -> Vec<u8> {
    let report =
        json!({"ids": [1], "validReceivers": valid, "invalidReceivers": invalid, "totalCreditsRemoved": 1});
    answer("200 OK", &report.to_string())
}

fn is_ours(fake_carrier: &FakeCarrier, asked: &Asked, timestamp: i64) -> bool {
    let (method, path) = asked.line.split_once(' ').unwrap();
    let (url, timestamp) = (format!("{}{path}", fake_carrier.url), timestamp.to_string());
    let signed = Signed {
        application_secret: "secret",
        consumer_key: "consumer",
        method,
        url: &url,
        body: &asked.body,
        timestamp: &timestamp,
    };
    asked.header("x-ovh-application") == "application"
        && asked.header("x-ovh-consumer") == "consumer"
        && asked.header("x-ovh-timestamp") == timestamp
        && asked.header("x-ovh-signature") == signed.signature()
}

fn lines(fake_carrier: &FakeCarrier) -> Vec<String> {
    fake_carrier.asked().into_iter().map(|asked| asked.line).collect()
}

const JOBS: &str = "POST /sms/sms-ab12345-1/jobs";

#[tokio::test]
async fn a_call_is_signed_by_ovhclouds_clock_which_is_asked_once() {
    let fake_carrier = fake_carrier(|_| job_report(&["+33639981234"], &[])).await;
    let ovh = ovh(&fake_carrier.url);
    let (first, second) = (sms(0, "0639981234", "Bonjour"), sms(1, "0639981234", "Bonsoir"));
    let handovers = ovh.send_block(&[first, second]).await;
    assert_eq!(handovers, [Outcome::Accepted.into(), Outcome::Accepted.into()]);
    assert_eq!(lines(&fake_carrier), ["GET /auth/time", JOBS, JOBS]);
    for asked in &fake_carrier.asked()[1..] {
        assert!(is_ours(&fake_carrier, asked, OUR_TIME_S + AHEAD_S));
    }
}

#[tokio::test]
async fn our_own_clock_serves_when_ovhclouds_cannot_be_had() {
    let fake_carrier = FakeCarrier::that_answers(|asked| match asked.line.as_str() {
        "GET /auth/time" => answer("503 Service Unavailable", "<html>"),
        _ => job_report(&["+33639981234"], &[]),
    })
    .await;
    let handover = ovh(&fake_carrier.url).send(&sms(0, "0639981234", "Bonjour")).await;
    assert_eq!(handover.outcome, Outcome::Accepted);
    assert!(is_ours(&fake_carrier, &fake_carrier.asked()[1], OUR_TIME_S));
}

#[tokio::test]
async fn a_refusal_for_the_time_makes_us_ask_for_it_again() {
    let times = std::sync::atomic::AtomicI64::new(0);
    let fake_carrier = FakeCarrier::that_answers(move |asked| match asked.line.as_str() {
        "GET /auth/time" => {
            let moved_s = times.fetch_add(100, std::sync::atomic::Ordering::SeqCst);
            answer("200 OK", &(OUR_TIME_S + moved_s).to_string())
        }
        _ if asked.header("x-ovh-timestamp") == OUR_TIME_S.to_string() => {
            answer("400 Bad Request", r#"{"errorCode":"QUERY_TIME_OUT","message":"Query out of time"}"#)
        }
        _ => job_report(&["+33639981234"], &[]),
    })
    .await;
    let handover = ovh(&fake_carrier.url).send(&sms(0, "0639981234", "Bonjour")).await;
    assert_eq!(handover.outcome, Outcome::Accepted);
    assert_eq!(lines(&fake_carrier), ["GET /auth/time", JOBS, "GET /auth/time", JOBS]);
}

#[tokio::test]
async fn one_text_to_several_phones_is_one_job_and_each_phone_has_its_answer() {
    let fake_carrier = fake_carrier(|asked| match asked.line.as_str() {
        JOBS => job_report(&["0033639980010"], &["+33639980001", "+33639980006"]),
        line if line.ends_with("/blacklists/%2B33639980006") => {
            answer("200 OK", r#"{"number":"+33639980006"}"#)
        }
        _ => answer("404 Not Found", "{}"),
    })
    .await;
    let block = ["0639980010", "0639980001", "0639980006", "0639980012"];
    let block: Vec<_> = (3..).zip(block).map(|(index, to)| sms(index, to, "Bonjour")).collect();
    let outcomes: Vec<_> = ovh(&fake_carrier.url)
        .send_block(&block)
        .await
        .into_iter()
        .map(|handover| handover.outcome)
        .collect();
    let expected = [
        Outcome::Accepted,
        Outcome::Refused(FailureReason::InvalidNumber),
        Outcome::Refused(FailureReason::OptedOut),
        Outcome::Unknown,
    ];
    assert_eq!(outcomes, expected);
    let jobs: Vec<_> = fake_carrier.asked().into_iter().filter(|asked| asked.line == JOBS).collect();
    assert_eq!(jobs.len(), 1);
    let job: Value = serde_json::from_str(&jobs[0].body).unwrap();
    assert_eq!((&job["tag"], &job["noStopClause"]), (&json!(tag(&block[0]).message(3)), &json!(true)));
}

fn outgoing(change: impl FnOnce(&mut Value)) -> Value {
    let mut outgoing = json!({
        "id": 42,
        "receiver": "0033639981234",
        "message": "Bonjour",
        "tag": tag(&sms(0, "0639981234", "Bonjour")).message(0),
        "ptt": 4,
        "messageID": null,
        "creationDatetime": "2026-11-24T10:00:00+00:00",
    });
    change(&mut outgoing);
    outgoing
}

#[tokio::test]
async fn a_callback_is_confirmed_by_asking_what_became_of_its_text() {
    let ours = outgoing(|_| {});
    let fake_carrier = fake_carrier(move |_| answer("200 OK", &ours.to_string())).await;
    let receipt = ovh(&fake_carrier.url).confirm(42).await.unwrap().unwrap();
    let sms = sms(5, "0639981234", "Bonjour");
    assert_eq!((&receipt.tag, receipt.first_index, receipt.receipt), (&tag(&sms), 0, Receipt::Delivered));
    assert_eq!((receipt.receiver.as_str(), receipt.text.as_str()), ("33639981234", "Bonjour"));
    assert!(receipt.is_for(sms.to, "Bonjour") && !receipt.is_for(sms.to, "Bonsoir"));
    let asked = fake_carrier.asked();
    assert_eq!(asked[1].line, "GET /sms/sms-ab12345-1/outgoing/42");
    assert!(is_ours(&fake_carrier, &asked[1], OUR_TIME_S + AHEAD_S));
}

#[tokio::test]
async fn every_state_of_the_table_is_confirmed_as_what_it_tells() {
    for line in RECEIPTS {
        let body =
            outgoing(|outgoing| outgoing["ptt"] = json!(line.code.parse::<i64>().unwrap())).to_string();
        let fake_carrier = fake_carrier(move |_| answer("200 OK", &body)).await;
        let confirmed = ovh(&fake_carrier.url).confirm(42).await.unwrap();
        assert_eq!(confirmed.map(|receipt| receipt.receipt), line.receipt, "{}", line.code);
    }
}

#[tokio::test]
async fn what_is_not_ours_is_nothing_and_what_was_not_answered_is_asked_again() {
    let foreign = outgoing(|outgoing| outgoing["tag"] = json!("campaign")).to_string();
    let another = outgoing(|outgoing| outgoing["id"] = json!(43)).to_string();
    let undocumented = outgoing(|outgoing| outgoing["ptt"] = json!(999)).to_string();
    let mut cut = answer("200 OK", &outgoing(|_| {}).to_string());
    cut.pop();
    for (bytes, expected) in [
        (answer("200 OK", &foreign), Ok(None)),
        (answer("200 OK", &another), Ok(None)),
        (answer("200 OK", &undocumented), Ok(None)),
        (answer("404 Not Found", r#"{"class":"Client::NotFound"}"#), Ok(None)),
        (answer("503 Service Unavailable", "<html>"), Err(Unconfirmed)),
        (answer("403 Forbidden", "{}"), Err(Unconfirmed)),
        (answer("200 OK", "{}"), Err(Unconfirmed)),
        (cut, Err(Unconfirmed)),
    ] {
        let fake_carrier = fake_carrier(move |_| bytes.clone()).await;
        assert_eq!(ovh(&fake_carrier.url).confirm(42).await, expected);
    }
}

/// Returns the finding when OVHcloud lists this text under one number format.
async fn found(listed: Option<Value>, spelling: &'static str, pending: &'static str, is_last: bool) -> Found {
    let fake_carrier = fake_carrier(move |asked| {
        let path = asked.line.strip_prefix("GET /sms/sms-ab12345-1/").unwrap();
        let list =
            format!("outgoing?receiver={spelling}33639981234&creationDatetime.from=2026-11-24T09%3A50%3A00Z");
        match (path, &listed) {
            ("jobs", _) => answer("200 OK", pending),
            ("outgoing/42", Some(listed)) => answer("200 OK", &listed.to_string()),
            (path, Some(_)) if path == list => answer("200 OK", "[42]"),
            _ => answer("200 OK", "[]"),
        }
    })
    .await;
    let tried_at = "2026-11-24T10:00:00Z".parse().unwrap();
    let question = Question { sms: sms(0, "0639981234", "Bonjour"), tried_at, is_last };
    ovh(&fake_carrier.url).find(&question).await
}

#[tokio::test]
async fn a_text_of_the_list_was_accepted_whichever_message_named_its_job() {
    for spelling in ["%2B", "00"] {
        assert_eq!(found(Some(outgoing(|_| {})), spelling, "[]", false).await, Found::Accepted, "{spelling}");
    }
    let by_another = outgoing(|outgoing| outgoing["tag"] = json!(tag(&sms(0, "0639981234", "")).message(7)));
    assert_eq!(found(Some(by_another), "%2B", "[]", false).await, Found::Accepted);
}

#[tokio::test]
async fn a_text_never_came_when_nothing_is_listed_and_nothing_waits_at_the_last_time() {
    let foreign = outgoing(|outgoing| outgoing["tag"] = json!("campaign"));
    let sibling = outgoing(|outgoing| outgoing["message"] = json!("Bonsoir"));
    for (listed, pending, is_last, expected) in [
        (None, "[]", true, Found::NeverReceived),
        (Some(foreign), "[]", true, Found::NeverReceived),
        (None, "[]", false, Found::Nothing),
        (None, "[7]", true, Found::Nothing),
        (None, "<html>", true, Found::Nothing),
        (Some(sibling), "[]", true, Found::Nothing),
    ] {
        assert_eq!(found(listed, "%2B", pending, is_last).await, expected);
    }
}
