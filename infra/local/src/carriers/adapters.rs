//! Our adapters against the stand-ins: for any text, requests satisfy each carrier's schema and signature,
//! and responses are parsed.

use std::sync::Arc;

use aws::{Aws, AwsEnvironment, Secret};
use aws_smithy_runtime_api::client::http::http_client_fn;
use base64::{Engine, prelude::BASE64_STANDARD};
use carriers::{
    AwsSms, AwsSmsSettings, Bridge, Carrier, Found, Ovh, OvhSettings, Question, Sms, Sns, Twilio,
    TwilioSender, TwilioSettings,
};
use domain::{
    clock::Clock,
    delivery::{CarrierName, FailureReason, Outcome},
    id::{ParcelId, ParcelNumber, SendId},
    phone::PhoneNumber,
    territory::Territory,
};
use proptest::{
    prelude::any,
    strategy::{Strategy, ValueTree},
    test_runner::{Config, TestRunner},
};

use super::{AWS_SMS_PATH, BRIDGE_PATH, OVH_PATH, SNS_PATH, TWILIO_PATH, recorded::Recorded};

const HERE: &str = "http://127.0.0.1:8080";
const ALL: [CarrierName; 5] =
    [CarrierName::Bridge, CarrierName::Twilio, CarrierName::Ovh, CarrierName::AwsSms, CarrierName::Sns];

fn aws(fake_carrier: &Recorded) -> Aws {
    let connector = fake_carrier.connector();
    let environment = AwsEnvironment {
        sns_endpoint: Some(format!("{HERE}{SNS_PATH}")),
        sms_endpoint: Some(format!("{HERE}{AWS_SMS_PATH}")),
        ..AwsEnvironment::local(String::new(), String::new())
    };
    Aws::through(environment, http_client_fn(move |_, _| connector.clone()))
}

fn adapter(fake_carrier: &Recorded, name: CarrierName) -> Arc<dyn Carrier> {
    let (credentials, sender) = (&fake_carrier.credentials, || "Carillon".to_owned());
    match name {
        CarrierName::Bridge => {
            let key = Secret::known(&BASE64_STANDARD.encode(&credentials.bridge_key));
            let url = format!("{HERE}{BRIDGE_PATH}");
            Arc::new(
                Bridge::through(fake_carrier.connector(), url, key, fake_carrier.clock.clone())
                    .with_status_query(),
            )
        }
        CarrierName::Twilio => Arc::new(Twilio::through(
            fake_carrier.connector(),
            TwilioSettings {
                base_url: format!("{HERE}{TWILIO_PATH}"),
                account_sid: credentials.twilio_account.clone(),
                sender: TwilioSender::From(sender()),
                status_callback: format!("{HERE}/v1/receipts/twilio"),
            },
            Secret::known(&credentials.twilio_token),
        )),
        CarrierName::Ovh => Arc::new(Ovh::through(
            fake_carrier.connector(),
            OvhSettings {
                base_url: format!("{HERE}{OVH_PATH}"),
                service: credentials.ovh_service.clone(),
                sender: sender(),
                application: credentials.ovh_application.clone(),
            },
            Secret::known(&credentials.ovh_application_secret),
            Secret::known(&credentials.ovh_consumer),
            fake_carrier.clock.clone(),
        )),
        CarrierName::AwsSms => Arc::new(AwsSms::new(
            aws(fake_carrier),
            AwsSmsSettings {
                origination_identity: sender(),
                configuration_set: Some("carillon".to_owned()),
                max_price: Some("0.30".to_owned()),
                joins_by_id: false,
            },
        )),
        _ => Arc::new(Sns::new(aws(fake_carrier), sender())),
    }
}

#[tokio::test]
async fn every_adapter_is_understood_and_understands() {
    for name in ALL {
        let fake_carrier = Recorded::new();
        let adapter = adapter(&fake_carrier, name);
        let mut cases = vec![
            ("0639981234", Outcome::Accepted),
            ("0639980001", Outcome::Refused(FailureReason::InvalidNumber)),
            ("0639980002", Outcome::TryLater),
        ];
        // SNS accepts a text to an opted-out number, and drops it.
        if name != CarrierName::Sns {
            cases.push(("0639980006", Outcome::Refused(FailureReason::OptedOut)));
        }
        for (number, outcome) in cases {
            assert_eq!(fake_carrier.outcome(&*adapter, number).await, outcome, "{name}: {number}");
        }
        assert_eq!(fake_carrier.texts("+33639981234"), ["Déjà 8 h ?"], "{name}");
    }
}

/// Any text of a template satisfies each carrier's schema and signature.
#[tokio::test]
async fn any_text_comes_to_the_phone_as_it_is() {
    let mut runner = TestRunner::new_with_rng(
        Config::default(),
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let texts =
        proptest::collection::vec(any::<char>().prop_filter("printable", |c| !c.is_control()), 1..300)
            .prop_map(|characters| characters.into_iter().collect::<String>())
            .prop_filter("not only white space", |text| text.trim() == text);
    for name in ALL {
        let fake_carrier = Recorded::new();
        let adapter = adapter(&fake_carrier, name);
        let mut sent = vec!["a=b&c=d+e%20f \"g\" \\ é € 🎒 <x>".to_owned()];
        for _ in 0..60 {
            sent.push(texts.new_tree(&mut runner).unwrap().current());
        }
        for text in &sent {
            let outcome = fake_carrier.handed_over(&*adapter, "0639981234", text).await;
            assert_eq!(outcome, Outcome::Accepted, "{name}: {text:?}");
        }
        assert_eq!(fake_carrier.texts("+33639981234"), sent, "{name}");
    }
}

/// Equal texts go to OVHcloud in one request; each receiver has its own outcome.
#[tokio::test]
async fn one_text_to_several_phones_is_one_job_at_ovhcloud() {
    let fake_carrier = Recorded::new();
    let adapter = adapter(&fake_carrier, CarrierName::Ovh);
    let parcel = ParcelId {
        school: "sch_01J0000000000000000000000A".parse().unwrap(),
        send: SendId::generate(fake_carrier.clock.now()),
        number: ParcelNumber(0),
    };
    let numbers = ["0639981111", "0639980001", "0639982222", "0639980006", "0639983333"];
    let texts = ["Conseil", "Conseil", "Réunion", "Conseil", "Conseil"];
    let block: Vec<Sms<'_>> = (0_u8..)
        .zip(numbers.iter().zip(texts))
        .map(|(index, (number, text))| Sms {
            id: parcel.message(index),
            to: PhoneNumber::parse(number, Territory::Metropole).unwrap(),
            text,
            earlier_attempts: 0,
            valid_for_s: 3600,
        })
        .collect();
    let handovers = adapter.send_block(&block).await;
    let outcomes: Vec<_> = handovers.into_iter().map(|handover| handover.outcome).collect();
    let refused = Outcome::Refused;
    assert_eq!(
        outcomes,
        [
            Outcome::Accepted,
            refused(FailureReason::InvalidNumber),
            Outcome::Accepted,
            refused(FailureReason::OptedOut),
            Outcome::Accepted
        ]
    );
    // Accepted messages are found; others are not.
    for (sms, found) in block.iter().zip([Some(Found::Accepted), None, Some(Found::Accepted)]) {
        let Some(found) = found else { continue };
        let question = Question { sms: sms.clone(), tried_at: fake_carrier.clock.now(), is_last: true };
        assert_eq!(adapter.find(&question).await, found);
    }
    let mut never = block[0].clone();
    never.id.parcel.send = parcel.send.following();
    never.text = "Jamais envoyé";
    let question = Question { sms: never, tried_at: fake_carrier.clock.now(), is_last: true };
    assert_ne!(adapter.find(&question).await, Found::Accepted);
}
