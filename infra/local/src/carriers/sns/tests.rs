//! The stand-in for SNS refuses what SNS refuses, and responds in its XML.

use super::SNS_PATH;
use crate::carriers::{
    form,
    recorded::{Answer, Recorded},
    sigv4::tests::signed,
};

fn text_to(number: &str) -> Vec<(&'static str, String)> {
    [
        ("Action", "Publish"),
        ("Version", "2010-03-31"),
        ("PhoneNumber", number),
        ("Message", "Claire est absente ce matin."),
        ("MessageAttributes.entry.1.Name", "AWS.SNS.SMS.SenderID"),
        ("MessageAttributes.entry.1.Value.DataType", "String"),
        ("MessageAttributes.entry.1.Value.StringValue", "Carillon"),
        ("MessageAttributes.entry.2.Name", "AWS.SNS.SMS.SMSType"),
        ("MessageAttributes.entry.2.Value.DataType", "String"),
        ("MessageAttributes.entry.2.Value.StringValue", "Transactional"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .to_vec()
}

async fn publish(fake_carrier: &Recorded, fields: &[(&str, String)]) -> Answer {
    fake_carrier.call("POST", SNS_PATH, &signed("sns"), &form::write(fields)).await
}

#[tokio::test(start_paused = true)]
async fn a_text_reaches_the_phone_under_the_senders_name() {
    let fake_carrier = Recorded::new();
    let answer = publish(&fake_carrier, &text_to("+33639981234")).await;
    assert!(answer.status == 200 && answer.text.contains("<PublishResult><MessageId>"), "{}", answer.text);
    assert_eq!(fake_carrier.inbox.of("+33639981234")[0].sender, "Carillon");
    assert!(fake_carrier.callbacks().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_publish_that_sns_would_refuse_is_refused_with_its_code() {
    let fake_carrier = Recorded::new();
    let with = |place: usize, value: &str| {
        let mut fields = text_to("+33639981234");
        fields[place].1 = value.to_owned();
        fields
    };
    let unknown = [text_to("+33639981234"), vec![("Sender", "Carillon".to_owned())]].concat();
    for (fields, code) in [
        (with(0, "Subscribe"), "InvalidAction"),
        (with(2, "0639981234"), "InvalidParameter"),
        (with(2, "+33639980001"), "InvalidParameter"),
        (with(2, "+33639980002"), "Throttling"),
        (with(3, &"a".repeat(1601)), "InvalidParameter"),
        (with(4, "AWS.SNS.SMS.Sender"), "InvalidParameter"),
        (with(6, "Collège"), "InvalidParameter"),
        (with(6, "Carillon2026"), "InvalidParameter"),
        (with(6, "20262026"), "InvalidParameter"),
        (with(9, "Urgent"), "InvalidParameter"),
        (text_to("+33639981234")[..9].to_vec(), "InvalidParameter"),
        (text_to("+33639981234")[1..].to_vec(), "InvalidAction"),
        (unknown, "InvalidParameter"),
    ] {
        let answer = publish(&fake_carrier, &fields).await;
        let told = format!("<Code>{code}</Code>");
        assert!(answer.status == 400 && answer.text.contains(&told), "{fields:?}: {}", answer.text);
    }
    assert!(fake_carrier.inbox.all().is_empty());
}

#[tokio::test]
async fn a_publish_that_is_not_signed_for_sns_is_refused() {
    let fake_carrier = Recorded::new();
    let form = form::write(&text_to("+33639981234"));
    for headers in [&[][..], &signed("sms-voice")] {
        assert_eq!(fake_carrier.call("POST", SNS_PATH, headers, &form).await.status, 403);
    }
}

#[tokio::test(start_paused = true)]
async fn sns_takes_a_text_to_somebody_who_opted_out_and_it_goes_nowhere() {
    let fake_carrier = Recorded::new();
    publish(&fake_carrier, &text_to("+33639981234")).await;
    assert_eq!(fake_carrier.reply("0639981234", "STOP").await, 202);
    assert_eq!(publish(&fake_carrier, &text_to("+33639981234")).await.status, 200);
    assert_eq!(fake_carrier.texts("+33639981234").len(), 1);
}
