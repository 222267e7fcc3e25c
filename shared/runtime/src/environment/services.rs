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

/// The AWS clients of this function: region and credentials as Lambda sets them, and the end points
/// that the AWS SDKs know (`AWS_ENDPOINT_URL`, `AWS_ENDPOINT_URL_DYNAMODB`…). The certificates of the file
/// that `AWS_CA_BUNDLE` names are trusted beside Amazon's own.
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

/// The table named by `CARILLON_TABLE`.
pub fn table(aws: &Aws) -> Result<Table, SettingError> {
    Ok(Table::new(aws.clone(), required("CARILLON_TABLE")?))
}

/// The secret that `CARILLON_ERASURE_KEY_SECRET` names, by which the numbers of erased people are told that said STOP.
pub fn erasure_key(aws: &Aws) -> Result<Secret, SettingError> {
    secret(aws, "CARILLON_ERASURE_KEY_SECRET")
}

/// The queue at `CARILLON_QUEUE_URL`, before the carrier that most numbers go to.
pub fn queue(aws: &Aws) -> Result<Queue, SettingError> {
    Ok(Queue::new(aws.clone(), required("CARILLON_QUEUE_URL")?).paced(carriers::usual_pace()?))
}

/// The queue of reports at `CARILLON_REPORTS_QUEUE_URL`.
pub fn reports(aws: &Aws) -> Result<ReportQueue, SettingError> {
    Ok(ReportQueue::new(aws.clone(), required("CARILLON_REPORTS_QUEUE_URL")?))
}

/// Where links to files begin, `CARILLON_EXPORTS_URL`: the address of the function that streams them.
pub fn exports_url() -> Result<String, SettingError> {
    Ok(required("CARILLON_EXPORTS_URL")?.trim_end_matches('/').to_owned())
}
