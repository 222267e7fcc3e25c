//! The functions of a world, each with its own AWS clients, so that every call has a caller.

use std::{collections::BTreeMap, sync::Arc};

use aws::{Aws, AwsEnvironment, Secret};
use aws_smithy_runtime_api::client::http::SharedHttpConnector;
use axum::Router;
use base64::{Engine, prelude::BASE64_STANDARD};
use callbacks::{Proofs, TwilioProof};
use carillon_local::carriers::{AWS_SMS_PATH, BRIDGE_PATH, OVH_PATH, SNS_PATH, TWILIO_PATH};
use carriers::{
    AwsSms, AwsSmsSettings, Bridge, Carrier, Carriers, Ovh, OvhSettings, Simulator, Sns, Twilio,
    TwilioSender, TwilioSettings,
};
use domain::{
    clock::Clock,
    delivery::{CarrierName, PartsPerSecond},
};
use queues::{Queue, ReportQueue};
use store::Table;
use telemetry::Metrics;

use super::{
    addresses::{API, CARRIER, DYNAMODB, OTHER_CARRIER, SECRETS, SQS, STAND_INS},
    calls::NOBODY,
    far_end::BRIDGE_KEY,
    seam::Seam,
    stand_ins::{self, StandIns},
};

/// Every function, and the test itself, whose calls are nobody's.
const CALLERS: [&str; 13] = [
    "registration",
    "operator",
    "people",
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

/// The parts of a world's functions.
#[derive(Clone)]
pub(super) struct Wiring {
    clients: Arc<BTreeMap<&'static str, Aws>>,
    seam: Seam,
    metrics: Metrics,
    clock: Arc<dyn Clock>,
    pace: Option<PartsPerSecond>,
}

/// The carriers of a world.
pub(super) enum Way {
    /// A bridge to the scripted carrier, with an optional second one.
    Scripted { second: bool, can_be_asked: bool },
    /// Real adapters with their stand-ins, in this order.
    Adapters(&'static str),
}

impl Wiring {
    pub fn new(seam: Seam, metrics: Metrics, clock: Arc<dyn Clock>, pace: Option<PartsPerSecond>) -> Self {
        let environment = AwsEnvironment {
            sns_endpoint: Some(format!("{STAND_INS}{SNS_PATH}")),
            sms_endpoint: Some(format!("{STAND_INS}{AWS_SMS_PATH}")),
            secrets_endpoint: Some(SECRETS.to_owned()),
            ..AwsEnvironment::local(DYNAMODB.to_owned(), SQS.to_owned())
        };
        let clients = CALLERS.map(|caller| (caller, Aws::through(environment.clone(), seam.of(caller))));
        Self { clients: Arc::new(BTreeMap::from(clients)), seam, metrics, clock, pace }
    }

    fn aws(&self, caller: &str) -> Aws {
        self.clients[caller].clone()
    }

    pub fn table(&self, caller: &str) -> Table {
        Table::new(self.aws(caller), "carillon".to_owned())
            .with_erasure_key(self.secret(caller, stand_ins::ERASURE_KEY))
    }

    fn queue(&self, caller: &str) -> Queue {
        Queue::new(self.aws(caller), format!("{SQS}/parcels")).paced(self.pace)
    }

    fn reports(&self, caller: &str) -> ReportQueue {
        ReportQueue::new(self.aws(caller), format!("{SQS}/reports"))
    }

    /// The function of a path.
    pub fn router(&self, path: &str) -> Router {
        let clock = self.clock.clone();
        let parts: Vec<&str> = path.split(['/', '?']).skip(2).collect();
        if let ["exports", _, "file", ..] = parts[..] {
            return exports::router(exports::Deps { table: self.table("exports"), clock });
        }
        match parts.first().copied().unwrap_or_default() {
            "sends" | "budget" | "test-sms" => send::router(send::Deps {
                table: self.table("send"),
                queue: self.queue("send"),
                metrics: self.metrics.clone(),
                clock,
            }),
            "messages" | "audit" | "usage" | "statistics" | "exports" => sentlog::router(sentlog::Deps {
                table: self.table("sentlog"),
                clock,
                exports_url: API.to_owned(),
            }),
            "people" | "opt-outs" | "erasures" => people::router(people::Deps {
                table: self.table("people"),
                metrics: self.metrics.clone(),
                clock,
            }),
            "templates" | "texts" | "catalogue" => {
                templates::router(templates::Deps { table: self.table("templates"), clock })
            }
            "operator" => operator::router(operator::Deps { table: self.table("operator"), clock }),
            "receipts" | "replies" => self.callbacks(),
            _ => registration::router(registration::Deps { table: self.table("registration"), clock }),
        }
    }

    pub fn callbacks(&self) -> Router {
        let proofs = match self.seam.stand_ins() {
            None => Proofs { bridge: Some(scripted_key()), ..Proofs::default() },
            Some(_) => {
                let secret = |name| self.secret("callbacks", name);
                let token = secret(stand_ins::TWILIO_TOKEN);
                Proofs {
                    twilio: Some(TwilioProof { token, public_url: API.to_owned() }),
                    ovh: Some(secret(stand_ins::OVH_CALLBACK)),
                    bridge: Some(secret(stand_ins::BRIDGE_KEY)),
                }
            }
        };
        let reports = self.reports("callbacks");
        callbacks::router(callbacks::Deps { reports, proofs, clock: self.clock.clone() })
    }

    pub fn schedule(&self) -> schedule::Deps {
        let (table, queue) = (self.table("schedule"), self.queue("schedule"));
        schedule::Deps { table, queue, metrics: self.metrics.clone(), clock: self.clock.clone() }
    }

    pub fn deadletters(&self) -> deadletters::Deps {
        deadletters::Deps {
            table: self.table("deadletters"),
            metrics: self.metrics.clone(),
            clock: self.clock.clone(),
        }
    }

    pub fn receipts(&self) -> receipts::Deps {
        let ovh = self.seam.stand_ins().map(|beyond| Arc::new(self.ovh("receipts", beyond)));
        let (table, reports) = (self.table("receipts"), self.reports("receipts"));
        receipts::Deps { table, reports, ovh, metrics: self.metrics.clone(), clock: self.clock.clone() }
    }

    pub fn deliver(&self, way: &Way) -> deliver::Deps {
        let (table, queue) = (self.table("deliver"), self.queue("deliver"));
        deliver::Deps {
            table,
            queue,
            carriers: self.carriers(way),
            metrics: self.metrics.clone(),
            clock: self.clock.clone(),
        }
    }

    fn carriers(&self, way: &Way) -> Carriers {
        match *way {
            Way::Scripted { second, can_be_asked } => {
                let carrier = |address: &str| {
                    let clock = self.clock.clone();
                    let bridge = Bridge::through(self.connector(), address.to_owned(), scripted_key(), clock);
                    Arc::new(if can_be_asked { bridge.that_can_be_asked() } else { bridge })
                };
                // The second carrier speaks the bridge's contract too: only the choice matters here.
                let routes = if second { "bridge,twilio" } else { "bridge" };
                Carriers::new(routes.parse().expect("routes"))
                    .of_a_simulated_world()
                    .with(CarrierName::Bridge, carrier(CARRIER))
                    .with(CarrierName::Twilio, carrier(OTHER_CARRIER))
                    .paced(CarrierName::Bridge, self.pace)
            }
            Way::Adapters(routes) => {
                let carriers = Carriers::new(routes.parse().expect("routes")).of_a_simulated_world();
                let beyond = self.seam.stand_ins().expect("adapters reach stand-ins");
                CarrierName::ALL.into_iter().fold(carriers, |carriers, name| {
                    carriers.with(name, self.adapter(name, beyond)).paced(name, self.pace)
                })
            }
        }
    }

    fn adapter(&self, name: CarrierName, beyond: &StandIns) -> Arc<dyn Carrier> {
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
            CarrierName::Ovh => Arc::new(self.ovh("deliver", beyond)),
            CarrierName::Twilio => Arc::new(Twilio::through(
                self.connector(),
                TwilioSettings {
                    base_url: format!("{STAND_INS}{TWILIO_PATH}"),
                    account_sid: beyond.credentials.twilio_account.clone(),
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

    fn ovh(&self, caller: &str, beyond: &StandIns) -> Ovh {
        let settings = OvhSettings {
            base_url: format!("{STAND_INS}{OVH_PATH}"),
            service: beyond.credentials.ovh_service.clone(),
            sender: "Carillon".to_owned(),
            application: beyond.credentials.ovh_application.clone(),
        };
        let secret = |name| self.secret(caller, name);
        let (application, consumer) = (secret(stand_ins::OVH_APPLICATION), secret(stand_ins::OVH_CONSUMER));
        Ovh::through(self.connector(), settings, application, consumer, self.clock.clone())
    }

    fn secret(&self, caller: &str, name: &str) -> Secret {
        Secret::stored(self.aws(caller), name.to_owned(), self.clock.clone())
    }

    fn connector(&self) -> SharedHttpConnector {
        SharedHttpConnector::new(self.seam.clone())
    }
}

fn scripted_key() -> Secret {
    Secret::known(&BASE64_STANDARD.encode(BRIDGE_KEY))
}
