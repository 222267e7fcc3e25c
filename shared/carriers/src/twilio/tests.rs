//! Tests of the Twilio adapter against a loopback server.

use std::{sync::Arc, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};

use super::*;
use crate::loopback::{self, Asked, FakeCarrier, answer, sms, ten_o_clock};

const ACCOUNT: &str = "AC00000000000000000000000000000000";

fn settings(url: &str) -> TwilioSettings {
    TwilioSettings {
        base_url: format!("{url}/"),
        account_sid: ACCOUNT.to_owned(),
        sender: TwilioSender::From("Carillon".to_owned()),
        status_callback: "https://sms.example/v1/receipts/twilio".to_owned(),
    }
}

fn twilio(url: &str) -> Twilio {
    Twilio::new(settings(url), Secret::known("token"))
}

fn form(asked: &Asked) -> Vec<(String, String)> {
    form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect()
}

fn field(asked: &Asked, name: &str) -> Option<String> {
    form(asked).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

#[tokio::test]
async fn a_text_is_a_form_that_carries_our_name_in_its_callback() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("201 Created", r#"{"sid":"SM0"}"#)).await;
    let sms = sms(42, "0639981234", "L’école & la cantine + 1");
    let handover = twilio(&fake_carrier.url).send(&sms).await;
    assert_eq!(handover, Outcome::Accepted.into());
    let asked = fake_carrier.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].line, format!("POST /2010-04-01/Accounts/{ACCOUNT}/Messages.json"));
    let basic = BASE64_STANDARD.encode(format!("{ACCOUNT}:token"));
    assert_eq!(asked[0].header("authorization"), format!("Basic {basic}"));
    let callback = format!("https://sms.example/v1/receipts/twilio?m={}#rc=5&rp=all", sms.id.correlation());
    let expected = [
        ("To", "+33639981234"),
        ("From", "Carillon"),
        ("Body", "L’école & la cantine + 1"),
        ("StatusCallback", &callback),
        ("ValidityPeriod", "3600"),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(form(&asked[0]), expected);
}

#[tokio::test]
async fn a_messaging_service_takes_the_place_of_the_sender_and_a_validity_has_bounds() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("201 Created", "{}")).await;
    let service = "MG00000000000000000000000000000000";
    let sender = TwilioSender::MessagingService(service.to_owned());
    let twilio =
        Twilio::new(TwilioSettings { sender, ..settings(&fake_carrier.url) }, Secret::known("token"));
    for valid_for_s in [0, 36_001] {
        twilio.send(&Sms { valid_for_s, ..sms(0, "0639981234", "Bonjour") }).await;
    }
    let asked = fake_carrier.asked();
    assert_eq!(field(&asked[0], "MessagingServiceSid").as_deref(), Some(service));
    assert_eq!(field(&asked[0], "From"), None);
    let validity: Vec<_> = asked.iter().map(|asked| field(asked, "ValidityPeriod").unwrap()).collect();
    assert_eq!(validity, ["1", "36000"]);
}

/// A secret with the value `old` on its first read, then the given value.
async fn secret_that_becomes(value: &'static str) -> (Secret, Arc<domain::clock::HeldClock>) {
    let reads = std::sync::atomic::AtomicUsize::new(0);
    let secrets = FakeCarrier::that_answers(move |_| {
        let is_first = reads.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        let body = format!(r#"{{"SecretString":"{}"}}"#, if is_first { "old" } else { value });
        answer("200 OK", &body)
    })
    .await;
    let clock = ten_o_clock();
    (Secret::stored(loopback::aws(&secrets.url), "twilio".to_owned(), clock.clone()), clock)
}

/// A server that accepts only the token `new`.
async fn door() -> FakeCarrier {
    let new = format!("Basic {}", BASE64_STANDARD.encode(format!("{ACCOUNT}:new")));
    FakeCarrier::that_answers(move |asked| {
        if asked.header("authorization") == new {
            answer("201 Created", "{}")
        } else {
            answer("401 Unauthorized", r#"{"code":20003}"#)
        }
    })
    .await
}

#[tokio::test]
async fn a_token_that_was_changed_meanwhile_is_used_at_once() {
    let (fake_carrier, (secret, clock)) = (door().await, secret_that_becomes("new").await);
    secret.keys().await.unwrap();
    clock.advance(Duration::from_secs(60));
    let twilio = Twilio::new(settings(&fake_carrier.url), secret);
    assert_eq!(twilio.send(&sms(0, "0639981234", "Bonjour")).await.outcome, Outcome::Accepted);
    assert_eq!(fake_carrier.asked().len(), 2);
}

#[tokio::test]
async fn a_token_that_is_refused_and_was_not_changed_halts() {
    let (fake_carrier, (secret, clock)) = (door().await, secret_that_becomes("old").await);
    secret.keys().await.unwrap();
    clock.advance(Duration::from_secs(60));
    let twilio = Twilio::new(settings(&fake_carrier.url), secret);
    assert_eq!(twilio.send(&sms(0, "0639981234", "Bonjour")).await.outcome, Outcome::Halt);
    assert_eq!(fake_carrier.asked().len(), 1);
}

#[tokio::test]
async fn nothing_leaves_without_a_token() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("201 Created", "{}")).await;
    let refuses =
        FakeCarrier::that_answers(|_| answer("400 Bad Request", r#"{"__type":"AccessDeniedException"}"#));
    let secret = Secret::stored(loopback::aws(&refuses.await.url), "twilio".to_owned(), ten_o_clock());
    let twilio = Twilio::new(settings(&fake_carrier.url), secret);
    assert_eq!(twilio.send(&sms(0, "0639981234", "Bonjour")).await.outcome, Outcome::TryLater);
    assert_eq!(fake_carrier.asked().len(), 0);
}

const LISTED: &str =
    r#"{"to":"+33639981234","body":"Bonjour","date_created":"Tue, 24 Nov 2026 09:59:00 +0000"}"#;

/// Returns the finding for a text submitted at ten, given the list by day and the complete list.
async fn found(of_the_day: &str, of_all_days: &str, next: &str, is_last: bool) -> Found {
    let page =
        |messages: &str| answer("200 OK", &format!(r#"{{"messages":[{messages}],"next_page_uri":{next}}}"#));
    let (of_the_day, of_all_days) = (page(of_the_day), page(of_all_days));
    let fake_carrier = FakeCarrier::that_answers(move |asked| {
        let whole = format!("GET /2010-04-01/Accounts/{ACCOUNT}/Messages.json?To=%2B33639981234&PageSize=20");
        if asked.line == whole {
            return of_all_days.clone();
        }
        assert_eq!(asked.line, format!("{whole}&DateSent%3E=2026-11-24"));
        of_the_day.clone()
    })
    .await;
    let tried_at = "2026-11-24T10:00:00Z".parse().unwrap();
    let question = Question { sms: sms(0, "0639981234", "Bonjour"), tried_at, is_last };
    twilio(&fake_carrier.url).find(&question).await
}

#[tokio::test]
async fn a_message_of_the_list_was_accepted() {
    for others in ["", "{},"] {
        assert_eq!(found(&format!("{others}{LISTED}"), "", "null", false).await, Found::Accepted);
    }
    // Unsent messages are in the complete list only.
    assert_eq!(found("", LISTED, "null", true).await, Found::Accepted);
}

#[tokio::test]
async fn another_message_tells_nothing_of_ours() {
    for (ours, other) in [
        ("09:59:00", "09:58:59"),
        ("Bonjour", "Bonsoir"),
        ("+33639981234", "+33639981235"),
        ("Tue, 24 Nov 2026 09:59:00 +0000", "yesterday"),
    ] {
        assert_eq!(found(&LISTED.replace(ours, other), "", "null", false).await, Found::Nothing, "{other}");
    }
}

#[tokio::test]
async fn only_a_whole_list_at_the_last_time_says_that_a_message_never_came() {
    let older = LISTED.replace("09:59:00", "08:00:00");
    assert_eq!(found("", "", "null", false).await, Found::Nothing);
    assert_eq!(found("", "", "null", true).await, Found::NeverReceived);
    assert_eq!(found("", &older, "null", true).await, Found::NeverReceived);
    // The same text with other characters, a redacted one, or a clock off by minutes.
    for doubtful in [
        LISTED.replace("Bonjour", "Bonj0ur"),
        LISTED.replace("Bonjour", ""),
        LISTED.replace("09:59:00", "09:52:00"),
        LISTED.replace("Tue, 24 Nov 2026 09:59:00 +0000", "yesterday"),
    ] {
        assert_eq!(found("", &doubtful, "null", true).await, Found::Nothing, "{doubtful}");
    }
    assert_eq!(found("", "", r#""/next""#, true).await, Found::Nothing);
}

#[tokio::test]
async fn a_list_that_breaks_off_or_is_refused_tells_nothing() {
    let tried_at = "2026-11-24T10:00:00Z".parse().unwrap();
    let question = Question { sms: sms(0, "0639981234", "Bonjour"), tried_at, is_last: true };
    let mut cut = answer("200 OK", r#"{"messages":[],"next_page_uri":null}"#);
    cut.pop();
    for bytes in [cut, answer("404 Not Found", "{}"), answer("200 OK", "<html>"), Vec::new()] {
        let fake_carrier = FakeCarrier::that_answers(move |_| bytes.clone()).await;
        assert_eq!(twilio(&fake_carrier.url).find(&question).await, Found::Nothing);
    }
}
