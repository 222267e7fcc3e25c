//! The carriers of a function, from its environment.
//!
//! The environment contains no keys and no tokens: a variable with the suffix `_SECRET` holds the name
//! of a secret in Secrets Manager.

use std::sync::Arc;

use super::variables::{SettingError, clock, optional, required, secret};
use aws::{Aws, Secret};
use carriers::{
    AwsSms, AwsSmsSettings, Bridge, Carrier, Carriers, Ovh, OvhSettings, Routes, Simulator, Sns, Twilio,
    TwilioSender, TwilioSettings,
};
use domain::delivery::{CarrierName, PartsPerSecond};

const CARRIERS: &str = "CARILLON_CARRIERS";
const PACES: &str = "CARILLON_PARTS_PER_SECOND";

/// Reads the carriers in order of preference, by territory, from `CARILLON_CARRIERS`.
fn routes() -> Result<Routes, SettingError> {
    let problem = "is no list of carriers such as `ovh,twilio; RE=twilio,ovh`";
    required(CARRIERS)?.parse().map_err(|_| SettingError { name: CARRIERS, problem })
}

/// Reads a carrier's rate limit from `CARILLON_PARTS_PER_SECOND`: a number for all, or
/// `ovh=50,twilio=100`; the carrier's documented limit by default.
fn pace(carrier: CarrierName) -> Result<Option<PartsPerSecond>, SettingError> {
    let problem = "is neither a number from 8 to 10000 nor a list such as `ovh=50,twilio=100`";
    let Some(setting) = optional(PACES) else { return Ok(usual(carrier)) };
    let told = pace_in(&setting, carrier).map_err(|NoPace| SettingError { name: PACES, problem })?;
    Ok(told.or(usual(carrier)))
}

/// Returns the default limits of AWS accounts: SNS 20 SMS per second, End User Messaging 10 segments
/// per second from a sender name to one country. The others publish none.
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

/// Returns the default carrier's rate limit; `None` without carriers.
pub(super) fn usual_pace() -> Result<Option<PartsPerSecond>, SettingError> {
    if optional(CARRIERS).is_some() { pace(routes()?.first()) } else { Ok(None) }
}

fn public_url() -> Result<String, SettingError> {
    Ok(required("CARILLON_PUBLIC_URL")?.trim_end_matches('/').to_owned())
}

/// Whether all carriers are fake, from `CARILLON_SIMULATED_WORLD`: allowed only if the table is local
/// and the only carrier is a local bridge, so that no simulated number reaches a real carrier.
fn is_simulated_world(routes: &Routes) -> Result<bool, SettingError> {
    const SIMULATED: &str = "CARILLON_SIMULATED_WORLD";
    let is_here = |name| optional(name).is_some_and(|url| url.starts_with("http://127.0.0.1:"));
    let is_all_here = is_here("AWS_ENDPOINT_URL_DYNAMODB")
        && is_here("CARILLON_BRIDGE_URL")
        && routes.carriers().into_iter().eq([CarrierName::Bridge]);
    match optional(SIMULATED).as_deref() {
        None => Ok(false),
        Some("yes") if is_all_here => Ok(true),
        Some(_) => {
            let problem = "is for a table and a bridge at http://127.0.0.1: and no other carrier";
            Err(SettingError { name: SIMULATED, problem })
        }
    }
}

/// Builds the carriers of `CARILLON_CARRIERS`, each from its own variables. Simulated numbers use the
/// simulator regardless, unless all carriers are fake.
pub fn carriers(aws: &Aws) -> Result<Carriers, SettingError> {
    let routes = routes()?;
    let all = Carriers::new(routes.clone());
    let all = if is_simulated_world(&routes)? { all.of_a_simulated_world() } else { all };
    let simulator = all.with(CarrierName::Simulator, Arc::new(Simulator));
    routes
        .carriers()
        .into_iter()
        .try_fold(simulator, |all, name| Ok(all.with(name, carrier(name, aws)?).paced(name, pace(name)?)))
}

fn carrier(name: CarrierName, aws: &Aws) -> Result<Arc<dyn Carrier>, SettingError> {
    Ok(match name {
        CarrierName::Sns => {
            let sns = Sns::new(aws.clone(), sender()?);
            Arc::new(match optional("CARILLON_SNS_MAX_PRICE") {
                Some(price) => sns.with_max_price(price),
                None => sns,
            })
        }
        CarrierName::AwsSms => Arc::new(AwsSms::new(aws.clone(), aws_sms_settings()?)),
        CarrierName::Ovh => Arc::new(ovh_adapter(aws)?),
        CarrierName::Twilio => Arc::new(Twilio::new(twilio_settings()?, secret(aws, TWILIO_TOKEN)?)),
        CarrierName::Bridge => {
            let bridge = Bridge::new(required("CARILLON_BRIDGE_URL")?, secret(aws, BRIDGE_KEY)?, clock());
            let answers = optional("CARILLON_BRIDGE_ANSWERS").is_some_and(|answers| answers == "yes");
            Arc::new(if answers { bridge.that_can_be_asked() } else { bridge })
        }
        CarrierName::Simulator => Arc::new(Simulator),
    })
}

/// Reads the sender displayed on phones, fixed by the operator.
fn sender() -> Result<String, SettingError> {
    required("CARILLON_SENDER")
}

fn aws_sms_settings() -> Result<AwsSmsSettings, SettingError> {
    const EVENTS: &str = "CARILLON_AWS_SMS_EVENTS";
    let joins_by_id = match optional(EVENTS).as_deref() {
        None | Some("topic") => false,
        Some("eventbridge") => true,
        Some(_) => return Err(SettingError { name: EVENTS, problem: "is neither topic nor eventbridge" }),
    };
    Ok(AwsSmsSettings {
        origination_identity: sender()?,
        configuration_set: Some(required("CARILLON_AWS_SMS_CONFIGURATION_SET")?),
        max_price: optional("CARILLON_AWS_SMS_MAX_PRICE"),
        joins_by_id,
    })
}

const TWILIO_TOKEN: &str = "CARILLON_TWILIO_TOKEN_SECRET";
const OVH_CALLBACK: &str = "CARILLON_OVH_CALLBACK_SECRET";
const BRIDGE_KEY: &str = "CARILLON_BRIDGE_KEY_SECRET";

fn twilio_settings() -> Result<TwilioSettings, SettingError> {
    let sender = match optional("CARILLON_TWILIO_MESSAGING_SERVICE") {
        Some(service) => TwilioSender::MessagingService(service),
        None => TwilioSender::From(sender()?),
    };
    Ok(TwilioSettings {
        base_url: optional("CARILLON_TWILIO_URL").unwrap_or_else(|| "https://api.twilio.com".to_owned()),
        account_sid: required("CARILLON_TWILIO_ACCOUNT")?,
        sender,
        status_callback: format!("{}/v1/receipts/twilio", public_url()?),
    })
}

fn ovh_adapter(aws: &Aws) -> Result<Ovh, SettingError> {
    let settings = OvhSettings {
        base_url: optional("CARILLON_OVH_URL").unwrap_or_else(|| "https://eu.api.ovh.com/1.0".to_owned()),
        service: required("CARILLON_OVH_SERVICE")?,
        sender: sender()?,
        application: required("CARILLON_OVH_APPLICATION")?,
    };
    let application = secret(aws, "CARILLON_OVH_APPLICATION_SECRET")?;
    Ok(Ovh::new(settings, application, secret(aws, "CARILLON_OVH_CONSUMER_SECRET")?, clock()))
}

// Callbacks are accepted as long as a carrier's secret is set, independent of the routes: receipts and
// replies still arrive after sending through a carrier has stopped.

/// Whether a carrier's callbacks are accepted: the routes contain it, which makes its variables
/// mandatory, or its secret is set.
fn is_heard(carrier: CarrierName, secret: &'static str) -> Result<bool, SettingError> {
    Ok(routes()?.carriers().contains(&carrier) || optional(secret).is_some())
}

/// Builds the adapter that confirms OVHcloud's callbacks, if accepted.
pub fn ovh(aws: &Aws) -> Result<Option<Arc<Ovh>>, SettingError> {
    let read = || ovh_adapter(aws).map(Arc::new);
    is_heard(CarrierName::Ovh, OVH_CALLBACK)?.then(read).transpose()
}

/// Reads the secret path segment of OVHcloud's callbacks, if accepted.
pub fn ovh_callback_secret(aws: &Aws) -> Result<Option<Secret>, SettingError> {
    is_heard(CarrierName::Ovh, OVH_CALLBACK)?.then(|| secret(aws, OVH_CALLBACK)).transpose()
}

/// Reads Twilio's signing token and the signed URL, if its callbacks are accepted.
pub fn twilio_proof(aws: &Aws) -> Result<Option<(Secret, String)>, SettingError> {
    let read = || Ok((secret(aws, TWILIO_TOKEN)?, public_url()?));
    is_heard(CarrierName::Twilio, TWILIO_TOKEN)?.then(read).transpose()
}

/// Reads the key shared with the bridge, if its callbacks are accepted.
pub fn bridge_key(aws: &Aws) -> Result<Option<Secret>, SettingError> {
    is_heard(CarrierName::Bridge, BRIDGE_KEY)?.then(|| secret(aws, BRIDGE_KEY)).transpose()
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
