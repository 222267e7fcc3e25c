//! AWS endpoints and credentials.

use aws_credential_types::Credentials;

/// Region, credentials and endpoints of one process.
#[derive(Clone, Debug)]
pub struct AwsEnvironment {
    /// Such as `eu-west-3`.
    pub region: String,
    /// Provided by Lambda in the function's environment.
    pub credentials: Credentials,
    /// Overrides the regional endpoint.
    pub dynamodb_endpoint: Option<String>,
    pub sqs_endpoint: Option<String>,
    pub sns_endpoint: Option<String>,
    pub sms_endpoint: Option<String>,
    pub secrets_endpoint: Option<String>,
    /// PEM certificates trusted in addition to Amazon's, for a proxy or an emulator.
    pub more_roots: Option<String>,
}

impl AwsEnvironment {
    /// Local services without credential checks.
    pub fn local(dynamodb_endpoint: String, sqs_endpoint: String) -> Self {
        Self {
            region: "eu-west-3".to_owned(),
            credentials: Credentials::new("local", "local", None, None, "this machine"),
            sns_endpoint: None,
            sms_endpoint: None,
            secrets_endpoint: None,
            more_roots: None,
            dynamodb_endpoint: Some(dynamodb_endpoint),
            sqs_endpoint: Some(sqs_endpoint),
        }
    }
}
