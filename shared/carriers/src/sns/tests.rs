//! Tests of the SNS adapter against a loopback server.

use super::*;
use crate::loopback::{self, FakeCarrier, answer, sms};

#[tokio::test]
async fn a_highest_price_is_told_only_when_there_is_one() {
    let fake_carrier = FakeCarrier::that_answers(|_| answer("200 OK", "<PublishResponse/>")).await;
    let sns = Sns::new(loopback::aws(&fake_carrier.url), "Carillon".to_owned());
    sns.send(&sms(0, "0639981234", "Bonjour")).await;
    sns.with_max_price("0.50".to_owned()).send(&sms(0, "0639981234", "Bonjour")).await;
    let asked = fake_carrier.asked();
    let price = "MessageAttributes.entry.3.Value.StringValue=0.50";
    assert_eq!(asked.iter().map(|asked| asked.body.contains("MaxPrice")).collect::<Vec<_>>(), [false, true]);
    // Map order is undefined.
    assert!((1..=3).any(|entry| asked[1].body.contains(&price.replace('3', &entry.to_string()))));
    for field in ["PhoneNumber=%2B33639981234", "Message=Bonjour", "=Carillon", "=Transactional"] {
        assert!(asked.iter().all(|asked| asked.body.contains(field)), "{field}");
    }
}
