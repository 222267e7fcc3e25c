//! AWS End User Messaging SMS.
//!
//! `SendTextMessage` with our reference in its `Context`. Events through SNS return it; those of
//! EventBridge do not, and are matched by the `MessageId` of the response.

mod events;
#[cfg(test)]
mod tests;
mod verdicts;

pub use events::reports;
pub use verdicts::{RECEIPTS, VERDICTS};

use aws_sdk_pinpointsmsvoicev2::types::MessageType;

use super::{Answer, Carrier, Handover, Sms};
use aws::Aws;
use domain::delivery::Outcome;

/// The sending settings of an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsSmsSettings {
    /// The operator's sender name, number or pool, fixed for all schools and requests.
    pub origination_identity: String,
    /// The configuration set whose destinations receive the events.
    pub configuration_set: Option<String>,
    /// Maximum price per message in US dollars, such as `0.50`.
    pub max_price: Option<String>,
    /// Whether events lack the context, so that the service's message id must be stored.
    pub joins_by_id: bool,
}

/// The key of our reference in the context of a message.
const CONTEXT_KEY: &str = "m";
/// Allowed validity in seconds: 5 to 259,200 (its API reference, `TimeToLive`).
const TIME_TO_LIVE_S: (u32, u32) = (5, 259_200);

/// `SendTextMessage` of one account.
#[derive(Clone)]
pub struct AwsSms {
    aws: Aws,
    settings: AwsSmsSettings,
}

impl AwsSms {
    /// Creates a carrier from settings.
    pub const fn new(aws: Aws, settings: AwsSmsSettings) -> Self {
        Self { aws, settings }
    }
}

impl Carrier for AwsSms {
    fn send<'a>(&'a self, sms: &'a Sms<'a>) -> Answer<'a> {
        Box::pin(async move {
            let (least, most) = TIME_TO_LIVE_S;
            let time_to_live = i32::try_from(sms.valid_for_s.clamp(least, most));
            let sent = self
                .aws
                .sms()
                .send_text_message()
                .destination_phone_number(sms.to.e164())
                .origination_identity(&self.settings.origination_identity)
                .message_body(sms.text)
                .message_type(MessageType::Transactional)
                .set_configuration_set_name(self.settings.configuration_set.clone())
                .set_max_price(self.settings.max_price.clone())
                .time_to_live(time_to_live.expect("three days of seconds are an i32"))
                .context(CONTEXT_KEY, sms.id.correlation())
                .send()
                .await;
            match sent {
                Ok(sent) => Handover {
                    outcome: Outcome::Accepted,
                    carrier_id: sent.message_id.filter(|_| self.settings.joins_by_id),
                },
                Err(error) => verdicts::classify(&error).into(),
            }
        })
    }
}
