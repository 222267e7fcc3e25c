//! AWS End User Messaging SMS.
//!
//! `SendTextMessage` with our name for the message in its `Context`. The events that go through SNS give it
//! back; those of EventBridge do not, and are joined by the `MessageId` of the answer.

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

/// How texts leave an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsSmsSettings {
    /// The operator's sender name, number or pool, which no school and no request can change.
    pub origination_identity: String,
    /// The configuration set whose destinations get the events.
    pub configuration_set: Option<String>,
    /// Nothing is sent that costs more than this: US dollars a message, such as `0.50`.
    pub max_price: Option<String>,
    /// Whether events come without context, so that the service's own name of each message must be kept.
    pub joins_by_id: bool,
}

/// The key of our name in the context of a message.
const CONTEXT_KEY: &str = "m";
/// How many seconds the service may try: 5 to 259,200 (its API reference, `TimeToLive`).
const TIME_TO_LIVE_S: (u32, u32) = (5, 259_200);

/// `SendTextMessage` of one account.
#[derive(Clone)]
pub struct AwsSms {
    aws: Aws,
    settings: AwsSmsSettings,
}

impl AwsSms {
    /// Sends as the settings say.
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
