//! The AWS clients, the table and the queues of a function.

use std::{fs, sync::Arc};

use aws::{Aws, AwsEnvironment, Secret};
use aws_credential_types::Credentials;
use carriers::{Carriers, Ovh};
use domain::{clock::Clock, delivery::CarrierName};
use queues::{Queue, ReportQueue};
use store::Table;
use telemetry::Metrics;

use super::{
    Environment, SettingError,
    carriers::{BRIDGE_KEY, OVH_CALLBACK, TWILIO_TOKEN},
    clock,
    variables::Variables,
};
use crate::Services;

/// The AWS clients of this function: region and credentials as Lambda sets them, and the end points
/// that the AWS SDKs know (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_DYNAMODB`…). The certificates of the file
/// that `AWS_CA_BUNDLE` names are trusted beside Amazon's own.
pub(super) fn aws(variables: &Variables) -> Result<Aws, SettingError> {
    let optional = |name| variables.optional(name);
    let required = |name| variables.required(name);
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
        sms_endpoint: endpoint("AWS_ENDPOINT_URL_PINPOINT_SMS_VOICE_V2"),
        secrets_endpoint: endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER"),
        more_roots: optional(CA_BUNDLE).map(|path| certificates(&path)).transpose()?,
    }))
}

const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

fn certificates(path: &str) -> Result<String, SettingError> {
    fs::read_to_string(path)
        .ok()
        .filter(|pem| pem.contains("-----BEGIN CERTIFICATE-----"))
        .ok_or(SettingError { name: CA_BUNDLE, problem: "names no file of certificates in PEM" })
}

impl Services for Environment {
    type Error = SettingError;

    /// The table named by `CARILLON_TABLE`.
    fn table(&self) -> Result<Table, SettingError> {
        Ok(Table::new(self.aws.clone(), self.required("CARILLON_TABLE")?))
    }

    /// The secret that `CARILLON_ERASURE_KEY_SECRET` names.
    fn erasure_key(&self) -> Result<Secret, SettingError> {
        self.secret("CARILLON_ERASURE_KEY_SECRET")
    }

    /// The queue at `CARILLON_QUEUE_URL`, before the carrier that most numbers go to.
    fn queue(&self) -> Result<Queue, SettingError> {
        let queue = Queue::new(self.aws.clone(), self.required("CARILLON_QUEUE_URL")?);
        Ok(queue.paced(self.usual_pace()?))
    }

    /// The queue of reports at `CARILLON_REPORTS_QUEUE_URL`.
    fn reports(&self) -> Result<ReportQueue, SettingError> {
        Ok(ReportQueue::new(self.aws.clone(), self.required("CARILLON_REPORTS_QUEUE_URL")?))
    }

    /// The carriers of `CARILLON_CARRIERS`, each with the variables of its own name. Simulated numbers go to the
    /// simulator whatever it says, unless the whole world is simulated.
    fn carriers(&self) -> Result<Carriers, SettingError> {
        self.all_carriers()
    }

    fn ovh(&self) -> Result<Option<Arc<Ovh>>, SettingError> {
        let read = || self.ovh_adapter().map(Arc::new);
        self.is_heard(CarrierName::Ovh, OVH_CALLBACK)?.then(read).transpose()
    }

    fn ovh_callback_secret(&self) -> Result<Option<Secret>, SettingError> {
        self.is_heard(CarrierName::Ovh, OVH_CALLBACK)?.then(|| self.secret(OVH_CALLBACK)).transpose()
    }

    fn twilio_proof(&self) -> Result<Option<(Secret, String)>, SettingError> {
        let read = || Ok((self.secret(TWILIO_TOKEN)?, self.public_url()?));
        self.is_heard(CarrierName::Twilio, TWILIO_TOKEN)?.then(read).transpose()
    }

    fn bridge_key(&self) -> Result<Option<Secret>, SettingError> {
        self.is_heard(CarrierName::Bridge, BRIDGE_KEY)?.then(|| self.secret(BRIDGE_KEY)).transpose()
    }

    /// `CARILLON_EXPORTS_URL`: the address of the function that streams files.
    fn exports_url(&self) -> Result<String, SettingError> {
        Ok(self.required("CARILLON_EXPORTS_URL")?.trim_end_matches('/').to_owned())
    }

    /// Standard output, which is the log.
    fn metrics(&self) -> Metrics {
        Metrics::on_standard_output()
    }

    fn clock(&self) -> Arc<dyn Clock> {
        clock()
    }
}
