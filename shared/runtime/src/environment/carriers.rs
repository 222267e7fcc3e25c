//! The carriers of a function, as its environment names them.
//!
//! Keys and tokens are never in the environment: a variable that ends in `_SECRET` holds the name of a
//! secret of Secrets Manager.

use std::sync::Arc;

use super::{
    process::{Environment, clock},
    variables::SettingError,
};
use carriers::{
    AwsSms, AwsSmsSettings, Bridge, Carrier, Carriers, Ovh, OvhSettings, Routes, Simulator, Sns, Twilio,
    TwilioSender, TwilioSettings,
};
use domain::delivery::{CarrierName, PartsPerSecond};

const CARRIERS: &str = "CARILLON_CARRIERS";
const PACES: &str = "CARILLON_PARTS_PER_SECOND";

pub(super) const TWILIO_TOKEN: &str = "CARILLON_TWILIO_TOKEN_SECRET";
pub(super) const OVH_CALLBACK: &str = "CARILLON_OVH_CALLBACK_SECRET";
pub(super) const BRIDGE_KEY: &str = "CARILLON_BRIDGE_KEY_SECRET";

impl Environment {
    /// The carriers in order of preference, by territory, from `CARILLON_CARRIERS`.
    fn routes(&self) -> Result<Routes, SettingError> {
        let problem = "is no list of carriers such as `ovh,twilio; RE=twilio,ovh`";
        self.required(CARRIERS)?.parse().map_err(|_| SettingError { name: CARRIERS, problem })
    }

    /// What a carrier takes, from `CARILLON_PARTS_PER_SECOND`: a number for all, or `ovh=50,twilio=100`; for one that
    /// is not named, what it takes by its own word.
    fn pace(&self, carrier: CarrierName) -> Result<Option<PartsPerSecond>, SettingError> {
        let problem = "is neither a number from 8 to 10000 nor a list such as `ovh=50,twilio=100`";
        let Some(setting) = self.optional(PACES) else { return Ok(usual(carrier)) };
        let told = pace_in(&setting, carrier).map_err(|NoPace| SettingError { name: PACES, problem })?;
        Ok(told.or(usual(carrier)))
    }

    /// What the carrier of most numbers takes; none where no carriers are named.
    pub(super) fn usual_pace(&self) -> Result<Option<PartsPerSecond>, SettingError> {
        if self.optional(CARRIERS).is_some() { self.pace(self.routes()?.first()) } else { Ok(None) }
    }

    pub(super) fn public_url(&self) -> Result<String, SettingError> {
        Ok(self.required("CARILLON_PUBLIC_URL")?.trim_end_matches('/').to_owned())
    }

    /// Whether nobody is behind the carriers, from `CARILLON_SIMULATED_WORLD`: only where the table is on this machine
    /// and the only carrier is a bridge on this machine too, so that no simulated number comes to a real carrier.
    fn is_simulated_world(&self, routes: &Routes) -> Result<bool, SettingError> {
        const SIMULATED: &str = "CARILLON_SIMULATED_WORLD";
        let is_here = |name| self.optional(name).is_some_and(|url| url.starts_with("http://127.0.0.1:"));
        let is_all_here = is_here("AWS_ENDPOINT_URL_DYNAMODB")
            && is_here("CARILLON_BRIDGE_URL")
            && routes.carriers().into_iter().eq([CarrierName::Bridge]);
        match self.optional(SIMULATED).as_deref() {
            None => Ok(false),
            Some("yes") if is_all_here => Ok(true),
            Some(_) => {
                let problem = "is for a table and a bridge at http://127.0.0.1: and no other carrier";
                Err(SettingError { name: SIMULATED, problem })
            }
        }
    }

    /// The carriers of `CARILLON_CARRIERS`, each with the variables of its own name. Simulated numbers go to the
    /// simulator whatever it says, unless the whole world is simulated.
    pub(super) fn all_carriers(&self) -> Result<Carriers, SettingError> {
        let routes = self.routes()?;
        let all = Carriers::new(routes.clone());
        let all = if self.is_simulated_world(&routes)? { all.allow_simulated_numbers() } else { all };
        let simulator = all.with(CarrierName::Simulator, Arc::new(Simulator));
        routes.carriers().into_iter().try_fold(simulator, |all, name| {
            Ok(all.with(name, self.carrier(name)?).paced(name, self.pace(name)?))
        })
    }

    fn carrier(&self, name: CarrierName) -> Result<Arc<dyn Carrier>, SettingError> {
        Ok(match name {
            CarrierName::Sns => {
                let sns = Sns::new(self.aws.clone(), self.sender()?);
                Arc::new(match self.optional("CARILLON_SNS_MAX_PRICE") {
                    Some(price) => sns.with_max_price(price),
                    None => sns,
                })
            }
            CarrierName::AwsSms => Arc::new(AwsSms::new(self.aws.clone(), self.aws_sms_settings()?)),
            CarrierName::Ovh => Arc::new(self.ovh_adapter()?),
            CarrierName::Twilio => Arc::new(Twilio::new(self.twilio_settings()?, self.secret(TWILIO_TOKEN)?)),
            CarrierName::Bridge => {
                let bridge =
                    Bridge::new(self.required("CARILLON_BRIDGE_URL")?, self.secret(BRIDGE_KEY)?, clock());
                let answers =
                    self.optional("CARILLON_BRIDGE_ANSWERS").is_some_and(|answers| answers == "yes");
                Arc::new(if answers { bridge.with_status_query() } else { bridge })
            }
            CarrierName::Simulator => Arc::new(Simulator),
        })
    }

    /// The sender that phones show, fixed by the operator.
    fn sender(&self) -> Result<String, SettingError> {
        self.required("CARILLON_SENDER")
    }

    fn aws_sms_settings(&self) -> Result<AwsSmsSettings, SettingError> {
        const EVENTS: &str = "CARILLON_AWS_SMS_EVENTS";
        let joins_by_id = match self.optional(EVENTS).as_deref() {
            None | Some("topic") => false,
            Some("eventbridge") => true,
            Some(_) => {
                return Err(SettingError { name: EVENTS, problem: "is neither topic nor eventbridge" });
            }
        };
        Ok(AwsSmsSettings {
            origination_identity: self.sender()?,
            configuration_set: Some(self.required("CARILLON_AWS_SMS_CONFIGURATION_SET")?),
            max_price: self.optional("CARILLON_AWS_SMS_MAX_PRICE"),
            joins_by_id,
        })
    }

    fn twilio_settings(&self) -> Result<TwilioSettings, SettingError> {
        let sender = match self.optional("CARILLON_TWILIO_MESSAGING_SERVICE") {
            Some(service) => TwilioSender::MessagingService(service),
            None => TwilioSender::From(self.sender()?),
        };
        Ok(TwilioSettings {
            base_url: self
                .optional("CARILLON_TWILIO_URL")
                .unwrap_or_else(|| "https://api.twilio.com".to_owned()),
            account_sid: self.required("CARILLON_TWILIO_ACCOUNT")?,
            sender,
            status_callback: format!("{}/v1/receipts/twilio", self.public_url()?),
        })
    }

    pub(super) fn ovh_adapter(&self) -> Result<Ovh, SettingError> {
        let settings = OvhSettings {
            base_url: self
                .optional("CARILLON_OVH_URL")
                .unwrap_or_else(|| "https://eu.api.ovh.com/1.0".to_owned()),
            service: self.required("CARILLON_OVH_SERVICE")?,
            sender: self.sender()?,
            application: self.required("CARILLON_OVH_APPLICATION")?,
        };
        let application = self.secret("CARILLON_OVH_APPLICATION_SECRET")?;
        Ok(Ovh::new(settings, application, self.secret("CARILLON_OVH_CONSUMER_SECRET")?, clock()))
    }

    // What carriers tell is heard as long as their secrets are set, whatever the routes say: receipts and replies
    // still come when nothing is sent through a carrier any more.

    /// Whether a carrier is heard: the routes name it, and then its variables must be there, or its secret is set.
    pub(super) fn is_heard(&self, carrier: CarrierName, secret: &'static str) -> Result<bool, SettingError> {
        Ok(self.routes()?.carriers().contains(&carrier) || self.optional(secret).is_some())
    }
}

/// What AWS takes from an account by default: SNS 20 SMS a second, End User Messaging 10 message parts a second
/// from a sender name to one country. The others tell no figure of their own.
fn usual(carrier: CarrierName) -> Option<PartsPerSecond> {
    match carrier {
        CarrierName::Sns => PartsPerSecond::new(20).ok(),
        CarrierName::AwsSms => PartsPerSecond::new(10).ok(),
        CarrierName::Ovh | CarrierName::Twilio | CarrierName::Bridge | CarrierName::Simulator => None,
    }
}

struct NoPace;

fn pace_in(setting: &str, carrier: CarrierName) -> Result<Option<PartsPerSecond>, NoPace> {
    let mut found = None;
    for part in setting.split(',') {
        let (name, parts) = match part.split_once('=') {
            Some((name, parts)) => (CarrierName::parse(name.trim()).map_err(|_| NoPace)?, parts),
            None => (carrier, part),
        };
        let parts = parts.trim().parse().map_err(|_| NoPace)?;
        let pace = PartsPerSecond::new(parts).map_err(|_| NoPace)?;
        if name == carrier {
            found = Some(pace);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pace_is_that_of_all_carriers_or_of_those_that_are_named() {
        let pace =
            |setting| pace_in(setting, CarrierName::Ovh).map(|pace| pace.map(PartsPerSecond::get)).ok();
        assert_eq!(pace("100"), Some(Some(100)));
        assert_eq!(pace("twilio=100, ovh=50"), Some(Some(50)));
        assert_eq!(pace("twilio=100"), Some(None));
        for setting in ["", "7", "ovh=", "nobody=100", "ovh=50,twilio=1"] {
            assert_eq!(pace(setting), None, "{setting}");
        }
    }
}
