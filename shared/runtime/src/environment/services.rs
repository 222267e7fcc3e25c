//! The AWS clients, the table and the queues of a function.

use std::fs;

use aws::{Aws, AwsEnvironment, Secret};
use aws_credential_types::Credentials;
use queues::{Queue, ReportQueue};
use store::Table;

use super::{
    carriers,
    variables::{SettingError, optional, required, secret},
};

/// Builds the AWS clients: region and credentials as set by Lambda, and the endpoints of the AWS SDKs'
/// variables (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_DYNAMODB`…). Certificates in the file of
/// `AWS_CA_BUNDLE` are trusted in addition to Amazon's.
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

/// Builds the table of `CARILLON_TABLE`.
pub fn table(aws: &Aws) -> Result<Table, SettingError> {
    Ok(Table::new(aws.clone(), required("CARILLON_TABLE")?))
}

/// References the tombstone key, the secret of `CARILLON_ERASURE_KEY_SECRET`, which matches opted-out
/// numbers of erased people.
pub fn erasure_key(aws: &Aws) -> Result<Secret, SettingError> {
    secret(aws, "CARILLON_ERASURE_KEY_SECRET")
}

/// Builds the parcel queue of `CARILLON_QUEUE_URL`, paced by the default carrier.
pub fn queue(aws: &Aws) -> Result<Queue, SettingError> {
    Ok(Queue::new(aws.clone(), required("CARILLON_QUEUE_URL")?).paced(carriers::usual_pace()?))
}

/// Builds the report queue of `CARILLON_REPORTS_QUEUE_URL`.
pub fn reports(aws: &Aws) -> Result<ReportQueue, SettingError> {
    Ok(ReportQueue::new(aws.clone(), required("CARILLON_REPORTS_QUEUE_URL")?))
}

/// Reads the base URL of download links, `CARILLON_EXPORTS_URL`: the streaming function.
pub fn exports_url() -> Result<String, SettingError> {
    Ok(required("CARILLON_EXPORTS_URL")?.trim_end_matches('/').to_owned())
}
