//! A connection that breaks at any byte of a response never causes a message to be resent.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::{StreamExt, stream};

use super::{
    AwsSms, AwsSmsSettings, Bridge, Carrier, Ovh, OvhSettings, Sns, Twilio, TwilioSender, TwilioSettings,
    loopback::{self, Asked, FakeCarrier, answer, sms, ten_o_clock},
};
use aws::Secret;
use domain::delivery::FailureReason;
use domain::delivery::Outcome;

type Adapter = fn(&str) -> Box<dyn Carrier>;

/// A response by status and body, and its outcome when complete.
type Case = (&'static str, &'static str, Outcome);

fn twilio(url: &str) -> Box<dyn Carrier> {
    let settings = TwilioSettings {
        base_url: url.to_owned(),
        account_sid: "AC00000000000000000000000000000000".to_owned(),
        sender: TwilioSender::From("Carillon".to_owned()),
        status_callback: "https://sms.example/v1/receipts/twilio".to_owned(),
    };
    Box::new(Twilio::new(settings, Secret::known("token")))
}

fn ovh(url: &str) -> Box<dyn Carrier> {
    let settings = OvhSettings {
        base_url: url.to_owned(),
        service: "sms-ab12345-1".to_owned(),
        sender: "Carillon".to_owned(),
        application: "application".to_owned(),
    };
    Box::new(Ovh::new(settings, Secret::known("secret"), Secret::known("consumer"), ten_o_clock()))
}

fn bridge(url: &str) -> Box<dyn Carrier> {
    Box::new(Bridge::new(url.to_owned(), Secret::known("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), ten_o_clock()))
}

fn aws_sms(url: &str) -> Box<dyn Carrier> {
    let settings = AwsSmsSettings {
        origination_identity: "Carillon".to_owned(),
        configuration_set: None,
        max_price: None,
        joins_by_id: false,
    };
    Box::new(AwsSms::new(loopback::aws(url), settings))
}

fn sns(url: &str) -> Box<dyn Carrier> {
    Box::new(Sns::new(loopback::aws(url), "Carillon".to_owned()))
}

const TWILIO: &[Case] = &[
    ("201 Created", r#"{"sid":"SM0","status":"queued"}"#, Outcome::Accepted),
    ("400 Bad Request", r#"{"code":21610,"status":400}"#, Outcome::Refused(FailureReason::OptedOut)),
    ("401 Unauthorized", r#"{"code":20003,"status":401}"#, Outcome::Halt),
    ("429 Too Many Requests", r#"{"code":20429,"status":429}"#, Outcome::TryLater),
    ("503 Service Unavailable", r#"{"code":20503,"status":503}"#, Outcome::TryLater),
];

const OVH: &[Case] = &[
    ("200 OK", r#"{"ids":[1],"validReceivers":["+33639981234"],"invalidReceivers":[]}"#, Outcome::Accepted),
    (
        "200 OK",
        r#"{"ids":[],"validReceivers":[],"invalidReceivers":["0033639981234"]}"#,
        Outcome::Refused(FailureReason::InvalidNumber),
    ),
    ("400 Bad Request", r#"{"class":"Client::BadRequest"}"#, Outcome::Refused(FailureReason::Refused)),
    ("403 Forbidden", r#"{"errorCode":"INVALID_CREDENTIAL"}"#, Outcome::Halt),
    ("429 Too Many Requests", r#"{"class":"Client::TooManyRequests"}"#, Outcome::TryLater),
    ("503 Service Unavailable", r#"{"class":"Server::Unavailable"}"#, Outcome::TryLater),
];

const BRIDGE: &[Case] = &[
    ("202 Accepted", r#"{"kept":true}"#, Outcome::Accepted),
    ("422 Unprocessable Entity", r#"{"reason":"opted_out"}"#, Outcome::Refused(FailureReason::OptedOut)),
    ("401 Unauthorized", r#"{"wrong":"key"}"#, Outcome::Halt),
    ("429 Too Many Requests", r#"{"slow":"down"}"#, Outcome::TryLater),
    ("503 Service Unavailable", r#"{"back":"soon"}"#, Outcome::TryLater),
];

const AWS_SMS: &[Case] = &[
    ("200 OK", r#"{"MessageId":"ed23196c"}"#, Outcome::Accepted),
    (
        "400 Bad Request",
        r#"{"__type":"ConflictException","Reason":"DESTINATION_PHONE_NUMBER_OPTED_OUT"}"#,
        Outcome::Refused(FailureReason::OptedOut),
    ),
    (
        "400 Bad Request",
        r#"{"__type":"ServiceQuotaExceededException","Reason":"MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"}"#,
        Outcome::Halt,
    ),
    ("400 Bad Request", r#"{"__type":"ThrottlingException"}"#, Outcome::TryLater),
    ("500 Internal Server Error", r#"{"__type":"InternalServerException"}"#, Outcome::TryLater),
];

const SNS: &[Case] = &[
    (
        "200 OK",
        "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
        Outcome::Accepted,
    ),
    (
        "400 Bad Request",
        "<ErrorResponse><Error><Code>InvalidParameter</Code></Error></ErrorResponse>",
        Outcome::Refused(FailureReason::InvalidNumber),
    ),
    (
        "403 Forbidden",
        "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code></Error></ErrorResponse>",
        Outcome::Halt,
    ),
    (
        "400 Bad Request",
        "<ErrorResponse><Error><Code>Throttling</Code></Error></ErrorResponse>",
        Outcome::TryLater,
    ),
    (
        "500 Internal Server Error",
        "<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>",
        Outcome::TryLater,
    ),
];

/// Frames a response in the three ways of HTTP: content length, chunks, connection close.
fn framed(status: &str, body: &str) -> [Vec<u8>; 3] {
    let head = format!("HTTP/1.1 {status}\r\n");
    [
        answer(status, body),
        format!("{head}transfer-encoding: chunked\r\n\r\n{:x}\r\n{body}\r\n0\r\n\r\n", body.len())
            .into_bytes(),
        format!("{head}connection: close\r\n\r\n{body}").into_bytes(),
    ]
}

/// Whether a request submits the text. The others are OVHcloud's clock and its blacklist.
fn is_the_handover(asked: &Asked) -> bool {
    asked.line.starts_with("POST")
}

fn beside(asked: &Asked) -> Vec<u8> {
    if asked.line.ends_with("/auth/time") {
        answer("200 OK", "1764000000")
    } else {
        answer("404 Not Found", "{}")
    }
}

async fn hand_over(adapter: Adapter, url: &str) -> Outcome {
    adapter(url).send(&sms(0, "0639981234", "Bonjour")).await.outcome
}

async fn never_sends_again(adapter: Adapter, cases: &'static [Case]) {
    for (status, body, meaning) in cases {
        for bytes in framed(status, body) {
            let length = bytes.len();
            let written = Arc::new(AtomicUsize::new(0));
            let (bytes, next) = (Arc::new(bytes), Arc::clone(&written));
            let cut = Arc::clone(&bytes);
            let fake_carrier = FakeCarrier::that_answers(move |asked| {
                if is_the_handover(asked) {
                    cut[..next.fetch_add(1, Ordering::SeqCst)].to_vec()
                } else {
                    beside(asked)
                }
            })
            .await;
            let outcomes =
                stream::iter(0..length).map(|_| hand_over(adapter, &fake_carrier.url)).buffer_unordered(16);
            let outcomes: Vec<_> = outcomes.collect().await;
            for outcome in &outcomes {
                let may_be_accepted = status.starts_with('2') && *outcome == Outcome::Accepted;
                assert!(*outcome == Outcome::Unknown || may_be_accepted, "{status}: {outcome:?}");
            }
            // One submission per text: no retries.
            assert_eq!(written.load(Ordering::SeqCst), length, "{status}");

            let fake_carrier = FakeCarrier::that_answers(move |asked| {
                if is_the_handover(asked) { bytes.to_vec() } else { beside(asked) }
            })
            .await;
            assert_eq!(hand_over(adapter, &fake_carrier.url).await, *meaning, "{status} {body}");
        }
    }
}

#[tokio::test]
async fn twilio_never_sends_again_after_an_answer_that_breaks_off() {
    never_sends_again(twilio, TWILIO).await;
}

#[tokio::test]
async fn ovhcloud_never_sends_again_after_an_answer_that_breaks_off() {
    never_sends_again(ovh, OVH).await;
}

#[tokio::test]
async fn a_bridge_never_sends_again_after_an_answer_that_breaks_off() {
    never_sends_again(bridge, BRIDGE).await;
}

#[tokio::test]
async fn end_user_messaging_never_sends_again_after_an_answer_that_breaks_off() {
    never_sends_again(aws_sms, AWS_SMS).await;
}

#[tokio::test]
async fn sns_never_sends_again_after_an_answer_that_breaks_off() {
    never_sends_again(sns, SNS).await;
}

#[tokio::test]
async fn a_carrier_that_nobody_can_connect_to_is_tried_later() {
    let adapters: [Adapter; 5] = [twilio, ovh, bridge, aws_sms, sns];
    for adapter in adapters {
        assert_eq!(hand_over(adapter, &FakeCarrier::that_is_gone().await).await, Outcome::TryLater);
    }
}

#[tokio::test]
async fn a_page_that_ends_with_its_connection_is_no_certain_answer() {
    for (adapter, status) in [(twilio as Adapter, "429"), (ovh, "503"), (bridge, "503"), (bridge, "401")] {
        let page = format!("HTTP/1.1 {status} x\r\nconnection: close\r\n\r\n<html>later</html>");
        let fake_carrier = FakeCarrier::that_answers(move |asked| {
            if is_the_handover(asked) { page.clone().into_bytes() } else { beside(asked) }
        })
        .await;
        assert_eq!(hand_over(adapter, &fake_carrier.url).await, Outcome::Unknown, "{status}");
    }
}
