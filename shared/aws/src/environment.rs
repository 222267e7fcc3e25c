//! Where the AWS services are, and who we are to them.

use aws_credential_types::Credentials;

/// Region, credentials and end points of one process.
#[derive(Clone, Debug)]
pub struct AwsEnvironment {
    /// Such as `eu-west-3`.
    pub region: String,
    /// Those that Lambda puts into the function's environment.
    pub credentials: Credentials,
    /// Another address of DynamoDB than the region's own.
    pub dynamodb_endpoint: Option<String>,
    /// Another address of SQS.
    pub sqs_endpoint: Option<String>,
    /// Another address of SNS.
    pub sns_endpoint: Option<String>,
    /// Another address of End User Messaging SMS.
    pub sms_endpoint: Option<String>,
    /// Another address of Secrets Manager.
    pub secrets_endpoint: Option<String>,
    /// Certificates in PEM that are trusted beside Amazon's own: of a proxy, or of an emulator.
    pub more_roots: Option<String>,
}

impl AwsEnvironment {
    /// Services that run on this machine and check no credentials.
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
