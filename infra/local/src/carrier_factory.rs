//! The ways to the phones: the real adapters, each before the stand-in of its carrier.

use std::sync::Arc;

use aws::{Aws, AwsEnvironment, Secret};
use base64::{Engine, prelude::BASE64_STANDARD};
use carriers::{
    AwsSms, AwsSmsSettings, Bridge, Carrier, Carriers, Ovh, OvhSettings, Simulator, Sns, Twilio,
    TwilioSender, TwilioSettings,
};
use domain::{clock::Clock, delivery::CarrierName};

use crate::{
    carriers::{AWS_SMS_PATH, BRIDGE_PATH, Credentials, OVH_PATH, SNS_PATH, TWILIO_PATH},
    options::Options,
};

/// The name that phones show; on AWS the operator's.
const SENDER: &str = "Carillon";

/// What the adapters of this machine need.
pub(crate) struct CarrierFactory<'a> {
    pub options: &'a Options,
    pub credentials: &'a Credentials,
    /// The gateway's address, where the stand-ins answer too.
    pub gateway: &'a str,
    pub environment: &'a AwsEnvironment,
    pub clock: &'a Arc<dyn Clock>,
}

impl CarrierFactory<'_> {
    /// Every carrier of the options, and what each takes in a second.
    pub fn carriers(&self) -> Carriers {
        let routes = self.options.carrier.clone();
        let pace = self.options.parts_per_second;
        // Nobody is behind the carriers of this machine: simulated numbers may show on the page of the phones.
        let all = Carriers::new(routes.clone()).allow_simulated_numbers();
        routes
            .carriers()
            .into_iter()
            .fold(all, |carriers, name| carriers.with(name, self.carrier(name)).paced(name, pace))
    }

    fn carrier(&self, name: CarrierName) -> Arc<dyn Carrier> {
        match name {
            CarrierName::Sns => Arc::new(Sns::new(self.aws(), SENDER.to_owned())),
            CarrierName::AwsSms => Arc::new(AwsSms::new(
                self.aws(),
                AwsSmsSettings {
                    origination_identity: SENDER.to_owned(),
                    configuration_set: Some("carillon".to_owned()),
                    max_price: None,
                    joins_by_id: false,
                },
            )),
            CarrierName::Ovh => Arc::new(self.ovh()),
            CarrierName::Twilio => Arc::new(Twilio::new(
                TwilioSettings {
                    base_url: format!("{}{TWILIO_PATH}", self.gateway),
                    account_sid: self.credentials.twilio_account.clone(),
                    sender: TwilioSender::From(SENDER.to_owned()),
                    status_callback: format!("{}/v1/receipts/twilio", self.gateway),
                },
                Secret::known(&self.credentials.twilio_token),
            )),
            CarrierName::Bridge => {
                let here = || format!("{}{BRIDGE_PATH}", self.gateway);
                let url = self.options.bridge_url.clone().unwrap_or_else(here);
                Arc::new(Bridge::new(url, self.bridge_key(), self.clock.clone()).with_status_query())
            }
            CarrierName::Simulator => Arc::new(Simulator),
        }
    }

    /// The adapter that asks OVHcloud, which also confirms its callbacks.
    pub fn ovh(&self) -> Ovh {
        Ovh::new(
            OvhSettings {
                base_url: format!("{}{OVH_PATH}", self.gateway),
                service: self.credentials.ovh_service.clone(),
                sender: SENDER.to_owned(),
                application: self.credentials.ovh_application.clone(),
            },
            Secret::known(&self.credentials.ovh_application_secret),
            Secret::known(&self.credentials.ovh_consumer),
            self.clock.clone(),
        )
    }

    /// What the bridge signs with.
    pub fn bridge_key(&self) -> Secret {
        let ours = || BASE64_STANDARD.encode(&self.credentials.bridge_key);
        Secret::known(&self.options.bridge_key.clone().unwrap_or_else(ours))
    }

    /// The clients of AWS that bring texts, before the stand-ins.
    fn aws(&self) -> Aws {
        Aws::new(AwsEnvironment {
            sns_endpoint: Some(format!("{}{SNS_PATH}", self.gateway)),
            sms_endpoint: Some(format!("{}{AWS_SMS_PATH}", self.gateway)),
            ..self.environment.clone()
        })
    }
}
