//! Amazon SNS.

#[cfg(test)]
mod tests;
mod verdicts;

pub use verdicts::VERDICTS;

use aws_sdk_sns::types::MessageAttributeValue;

use super::{Answer, Carrier, Sms};
use aws::Aws;
use domain::delivery::Outcome;

/// `Publish` to a phone number. Without a field for our reference, and without receipts.
#[derive(Clone)]
pub struct Sns {
    aws: Aws,
    sender: String,
    max_price: Option<String>,
}

impl Sns {
    /// Creates a carrier with the operator's sender name, fixed for all schools and requests.
    pub fn new(aws: Aws, sender: String) -> Self {
        Self { aws, sender, max_price: None }
    }

    /// Sets the maximum price per message in US dollars, such as `0.50`.
    pub fn with_max_price(self, max_price: String) -> Self {
        Self { max_price: Some(max_price), ..self }
    }
}

impl Carrier for Sns {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async move {
            let mut publish = self
                .aws
                .sns()
                .publish()
                .phone_number(sms.to.e164())
                .message(sms.text)
                .message_attributes("AWS.SNS.SMS.SenderID", attribute("String", &self.sender))
                .message_attributes("AWS.SNS.SMS.SMSType", attribute("String", "Transactional"));
            if let Some(max_price) = &self.max_price {
                publish = publish.message_attributes("AWS.SNS.SMS.MaxPrice", attribute("Number", max_price));
            }
            match publish.send().await {
                Ok(_) => Outcome::Accepted.into(),
                Err(error) => verdicts::classify(&error).into(),
            }
        })
    }
}

fn attribute(data_type: &str, value: &str) -> MessageAttributeValue {
    MessageAttributeValue::builder()
        .data_type(data_type)
        .string_value(value)
        .build()
        .expect("the data type is set")
}
