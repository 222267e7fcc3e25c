//! Amazon SNS.

use aws_sdk_sns::{error::SdkError, operation::publish::PublishError, types::MessageAttributeValue};

use super::{Answer, Carrier, Outcome, Sms};
use crate::{aws::Aws, delivery::FailureReason};

/// `Publish` to a phone number. It has no slot for our reference.
#[derive(Clone)]
pub struct Sns {
    aws: Aws,
    sender: String,
}

impl Sns {
    /// Sends under the operator's sender name, which no school and no request can change.
    pub fn new(aws: Aws, sender: String) -> Self {
        Self { aws, sender }
    }
}

impl Carrier for Sns {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async move {
            let published = self
                .aws
                .sns()
                .publish()
                .phone_number(sms.to.e164())
                .message(sms.text)
                .message_attributes("AWS.SNS.SMS.SenderID", text_attribute(&self.sender))
                .message_attributes("AWS.SNS.SMS.SMSType", text_attribute("Transactional"))
                .send()
                .await;
            match published {
                Ok(_) => Outcome::Accepted,
                Err(error) => classify(&error),
            }
        })
    }
}

fn text_attribute(value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value)
        .build()
        .expect("the data type is set")
}

/// Errors of our credentials, which say nothing about the message and concern all of them.
const NOT_LET_IN: [&str; 7] = [
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "MissingAuthenticationToken",
    "SignatureDoesNotMatch",
];

/// What an error of `Publish` says about the message. An answer of the service is certain; a
/// connection that was never made is certain too; everything else leaves it unknown.
fn classify(error: &SdkError<PublishError>) -> Outcome {
    match error {
        SdkError::ConstructionFailure(_) => Outcome::Refused(FailureReason::Refused),
        SdkError::DispatchFailure(failure) => match failure.as_connector_error() {
            Some(error) if super::was_never_connected(error) => Outcome::TryLater,
            _ => Outcome::Unknown,
        },
        SdkError::ServiceError(service) => match service.err() {
            PublishError::InternalErrorException(_) | PublishError::KmsThrottlingException(_) => {
                Outcome::TryLater
            }
            PublishError::InvalidParameterException(_) | PublishError::InvalidParameterValueException(_) => {
                Outcome::Refused(FailureReason::InvalidNumber)
            }
            PublishError::ValidationException(_) => Outcome::Refused(FailureReason::Content),
            PublishError::AuthorizationErrorException(_) => Outcome::Refused(FailureReason::Refused),
            other => match other.meta().code() {
                Some(code) if code.starts_with("Throttl") || code == "InternalError" => Outcome::TryLater,
                Some(code) if NOT_LET_IN.contains(&code) => Outcome::Halt,
                _ => Outcome::Unknown,
            },
        },
        _ => Outcome::Unknown,
    }
}
