//! The AWS clients of a function.

use std::fs;

use aws::{Aws, AwsEnvironment};
use aws_credential_types::Credentials;

use super::variables::{SettingError, Variables};

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
