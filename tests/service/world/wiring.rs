//! The functions of a world, each over AWS clients of its own: so it is known who calls what.

use std::{collections::BTreeMap, sync::Arc};

use aws::{Aws, AwsEnvironment, Secret};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use base64::{Engine, prelude::BASE64_STANDARD};
use carillon_local::carriers::{AWS_SMS_PATH, BRIDGE_PATH, OVH_PATH, SNS_PATH, TWILIO_PATH};
use carriers::{
    AwsSms, AwsSmsSettings, Bridge, Carrier, Carriers, Ovh, OvhSettings, Simulator, Sns, Twilio,
    TwilioSender, TwilioSettings,
};
use domain::{
    clock::Clock,
    delivery::{CarrierName, PartsPerSecond},
};
use store::Table;
use telemetry::Metrics;

use super::{
    addresses::{API, CARRIER, DYNAMODB, OTHER_CARRIER, SECRETS, SQS, STAND_INS},
    calls::NOBODY,
    fake_carrier::BRIDGE_KEY,
    fault_injector::FaultInjector,
    stand_ins::{self, StandIns},
};

/// Every function, and the test itself, whose calls are nobody's.
const CALLERS: [&str; 14] = [
    "registration",
    "operator",
    "people",
    "imports",
    "templates",
    "send",
    "sentlog",
    "exports",
    "deliver",
    "schedule",
    "deadletters",
    "callbacks",
    "receipts",
    NOBODY,
];

/// What the functions of a world are made of.
#[derive(Clone)]
pub(super) struct Wiring {
    clients: Arc<BTreeMap<&'static str, Aws>>,
    pub injector: FaultInjector,
    pub metrics: Metrics,
    pub clock: Arc<dyn Clock>,
    pub pace: Option<PartsPerSecond>,
}

/// Who brings the texts of a world.
pub(super) enum Way {
    /// A bridge before the scripted far end, and a second one if there is to be another carrier.
    Scripted { second: bool, can_be_asked: bool },
    /// Real adapters before the stand-ins of their carriers, in this order.
    Adapters(&'static str),
}

impl Wiring {
    pub fn new(
        injector: FaultInjector,
        metrics: Metrics,
        clock: Arc<dyn Clock>,
        pace: Option<PartsPerSecond>,
    ) -> Self {
        let environment = AwsEnvironment {
            sns_endpoint: Some(format!("{STAND_INS}{SNS_PATH}")),
            sms_endpoint: Some(format!("{STAND_INS}{AWS_SMS_PATH}")),
            secrets_endpoint: Some(SECRETS.to_owned()),
            ..AwsEnvironment::local(DYNAMODB.to_owned(), SQS.to_owned())
        };
        let clients = CALLERS.map(|caller| (caller, Aws::through(environment.clone(), injector.of(caller))));
        Self { clients: Arc::new(BTreeMap::from(clients)), injector, metrics, clock, pace }
    }

    pub fn aws(&self, caller: &str) -> Aws {
        self.clients[caller].clone()
    }

    /// The table as a caller reaches it, with all keys.
    pub fn table(&self, caller: &str) -> Table {
        Table::new(self.aws(caller), "carillon".to_owned())
            .with_erasure_key(self.secret(caller, stand_ins::ERASURE_KEY))
    }

    pub fn carriers(&self, way: &Way) -> Carriers {
        match *way {
            Way::Scripted { second, can_be_asked } => {
                let carrier = |address: &str| {
                    let clock = self.clock.clone();
                    let bridge = Bridge::through(self.connector(), address.to_owned(), scripted_key(), clock);
                    Arc::new(if can_be_asked { bridge.with_status_query() } else { bridge })
                };
                // The second carrier speaks the bridge's contract too: it is the choice that matters here.
                let routes = if second { "bridge,twilio" } else { "bridge" };
                Carriers::new(routes.parse().expect("routes"))
                    .allow_simulated_numbers()
                    .with(CarrierName::Bridge, carrier(CARRIER))
                    .with(CarrierName::Twilio, carrier(OTHER_CARRIER))
                    .paced(CarrierName::Bridge, self.pace)
            }
            Way::Adapters(routes) => {
                let carriers = Carriers::new(routes.parse().expect("routes")).allow_simulated_numbers();
                let backends = self.injector.stand_ins().expect("adapters reach stand-ins");
                CarrierName::ALL.into_iter().fold(carriers, |carriers, name| {
                    carriers.with(name, self.adapter(name, backends)).paced(name, self.pace)
                })
            }
        }
    }

    fn adapter(&self, name: CarrierName, backends: &StandIns) -> Arc<dyn Carrier> {
        const SENDER: &str = "Carillon";
        let (aws, secret) = (self.aws("deliver"), |name| self.secret("deliver", name));
        match name {
            CarrierName::Sns => Arc::new(Sns::new(aws, SENDER.to_owned())),
            CarrierName::AwsSms => Arc::new(AwsSms::new(
                aws,
                AwsSmsSettings {
                    origination_identity: SENDER.to_owned(),
                    configuration_set: Some("carillon".to_owned()),
                    max_price: None,
                    joins_by_id: true,
                },
            )),
            CarrierName::Ovh => Arc::new(self.ovh("deliver", backends)),
            CarrierName::Twilio => Arc::new(Twilio::through(
                self.connector(),
                TwilioSettings {
                    base_url: format!("{STAND_INS}{TWILIO_PATH}"),
                    account_sid: backends.credentials.twilio_account.clone(),
                    sender: TwilioSender::From(SENDER.to_owned()),
                    status_callback: format!("{API}/v1/receipts/twilio"),
                },
                secret(stand_ins::TWILIO_TOKEN),
            )),
            CarrierName::Bridge => Arc::new(Bridge::through(
                self.connector(),
                format!("{STAND_INS}{BRIDGE_PATH}"),
                secret(stand_ins::BRIDGE_KEY),
                self.clock.clone(),
            )),
            CarrierName::Simulator => Arc::new(Simulator),
        }
    }

    pub fn ovh(&self, caller: &str, backends: &StandIns) -> Ovh {
        let settings = OvhSettings {
            base_url: format!("{STAND_INS}{OVH_PATH}"),
            service: backends.credentials.ovh_service.clone(),
            sender: "Carillon".to_owned(),
            application: backends.credentials.ovh_application.clone(),
        };
        let secret = |name| self.secret(caller, name);
        let (application, consumer) = (secret(stand_ins::OVH_APPLICATION), secret(stand_ins::OVH_CONSUMER));
        Ovh::through(self.connector(), settings, application, consumer, self.clock.clone())
    }

    pub fn secret(&self, caller: &str, name: &str) -> Secret {
        Secret::stored(self.aws(caller), name.to_owned(), self.clock.clone())
    }

    fn connector(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(self.injector.clone())
    }
}

pub(super) fn scripted_key() -> Secret {
    Secret::known(&BASE64_STANDARD.encode(BRIDGE_KEY))
}
