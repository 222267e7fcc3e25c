//! The environment of a function, read here and nowhere else.

use std::{env, sync::Arc};

use aws_credential_types::Credentials;
use base64::{Engine, prelude::BASE64_STANDARD};

use crate::{
    aws::{Aws, AwsEnvironment},
    carrier::{Bridge, Carrier, Carriers, Simulator, Sns},
    clock::{Clock, SystemClock},
    delivery::PartsPerSecond,
    queue::Queue,
    store::Table,
};

/// A setting that is missing or has no meaning.
#[derive(Debug, thiserror::Error)]
#[error("the environment variable {name} {problem}")]
pub struct SettingError {
    name: &'static str,
    problem: &'static str,
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn optional(name: &'static str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

fn required(name: &'static str) -> Result<String, SettingError> {
    optional(name).ok_or(SettingError { name, problem: "is not set" })
}

/// The AWS clients of this function: region and credentials as Lambda sets them, and the end points
/// that the AWS SDKs know (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_DYNAMODB`…).
pub fn aws() -> Result<Aws, SettingError> {
    let everywhere = optional("AWS_ENDPOINT_URL");
    let endpoint = |name| optional(name).or_else(|| everywhere.clone());
    Ok(Aws::new(AwsEnvironment {
        region: required("AWS_REGION")?,
        credentials: Credentials::new(
            required("AWS_ACCESS_KEY_ID")?,
            required("AWS_SECRET_ACCESS_KEY")?,
            optional("AWS_SESSION_TOKEN"),
            None,
            "the function's environment",
        ),
        dynamodb_endpoint: endpoint("AWS_ENDPOINT_URL_DYNAMODB"),
        sqs_endpoint: endpoint("AWS_ENDPOINT_URL_SQS"),
        sns_endpoint: endpoint("AWS_ENDPOINT_URL_SNS"),
    }))
}

/// The table named by `CARILLON_TABLE`.
pub fn table(aws: &Aws) -> Result<Table, SettingError> {
    Ok(Table::new(aws.clone(), required("CARILLON_TABLE")?))
}

/// The queue at `CARILLON_QUEUE_URL`.
pub fn queue(aws: &Aws) -> Result<Queue, SettingError> {
    Ok(Queue::new(aws.clone(), required("CARILLON_QUEUE_URL")?).paced(pace()?))
}

/// What the carrier takes, from `CARILLON_PARTS_PER_SECOND`; none for as much as there is.
pub fn pace() -> Result<Option<PartsPerSecond>, SettingError> {
    const NAME: &str = "CARILLON_PARTS_PER_SECOND";
    let problem = SettingError { name: NAME, problem: "is no number from 8 to 10000" };
    let Some(parts) = optional(NAME) else { return Ok(None) };
    match parts.parse().map(PartsPerSecond::new) {
        Ok(Ok(cap)) => Ok(Some(cap)),
        _ => Err(problem),
    }
}

/// The machine's clock.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}

/// The carrier named by `CARILLON_CARRIER`: `sns` (with `CARILLON_SENDER`), `bridge` (with
/// `CARILLON_BRIDGE_URL`, `CARILLON_BRIDGE_KEY` in base64, and `CARILLON_BRIDGE_ANSWERS=yes` for one
/// that can be asked what became of a message) or `simulator`. Simulated numbers go
/// to the simulator whatever it says.
pub fn carriers(aws: &Aws) -> Result<Carriers, SettingError> {
    const CARRIER: &str = "CARILLON_CARRIER";
    const KEY: &str = "CARILLON_BRIDGE_KEY";
    let real: Arc<dyn Carrier> = match required(CARRIER)?.as_str() {
        "sns" => Arc::new(Sns::new(aws.clone(), required("CARILLON_SENDER")?)),
        "bridge" => {
            let key = BASE64_STANDARD.decode(required(KEY)?);
            let key = key.map_err(|_| SettingError { name: KEY, problem: "is not base64" })?;
            let bridge = Bridge::new(required("CARILLON_BRIDGE_URL")?, key, clock());
            let answers = optional("CARILLON_BRIDGE_ANSWERS").is_some_and(|answers| answers == "yes");
            Arc::new(if answers { bridge.that_can_be_asked() } else { bridge })
        }
        "simulator" => Arc::new(Simulator),
        _ => return Err(SettingError { name: CARRIER, problem: "is none of sns, bridge, simulator" }),
    };
    Ok(Carriers::new(Arc::new(Simulator), real))
}
