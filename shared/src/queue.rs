//! The queue: one message per parcel, with identifiers only.

use std::time::Duration;

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use serde::{Deserialize, Serialize};

use crate::{
    aws::Aws,
    id::{SchoolId, SendId},
    sending::ParcelNumber,
    store::DueSend,
};

/// What travels through the queue. The tag carries the version, so that messages enqueued before a
/// deployment are still understood after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "v")]
pub enum QueueMessage {
    /// Deliver this parcel.
    #[serde(rename = "parcel/1")]
    Parcel {
        /// Whose.
        school: SchoolId,
        /// Of which send.
        send: SendId,
        /// Which one.
        parcel: ParcelNumber,
    },
}

/// The queue that brings parcels to those who deliver them.
#[derive(Clone)]
pub struct Queue {
    aws: Aws,
    url: String,
}

/// The queue did not take every message.
#[derive(Debug, thiserror::Error)]
#[error("the queue is unavailable")]
pub struct QueueError(#[source] Box<dyn std::error::Error + Send + Sync>);

/// `SendMessageBatch` takes ten entries.
const BATCH_ENTRIES: u16 = 10;
/// `DelaySeconds` is at most a quarter of an hour.
const MAX_DELAY: Duration = Duration::from_secs(900);

impl Queue {
    /// The queue at this address.
    pub fn new(aws: Aws, url: String) -> Self {
        Self { aws, url }
    }

    /// Enqueues every parcel of a send. Doing it twice does no harm.
    pub async fn enqueue(&self, due: DueSend) -> Result<(), QueueError> {
        for first in (0..due.parcels).step_by(usize::from(BATCH_ENTRIES)) {
            let numbers = first..due.parcels.min(first + BATCH_ENTRIES);
            let entries = numbers.map(|number| {
                let message =
                    QueueMessage::Parcel { school: due.school, send: due.send, parcel: ParcelNumber(number) };
                SendMessageBatchRequestEntry::builder()
                    .id(number.to_string())
                    .message_body(message.to_json())
                    .message_group_id(due.school.to_string())
                    .build()
                    .expect("id and body are set")
            });
            let sent = self
                .aws
                .sqs()
                .send_message_batch()
                .queue_url(&self.url)
                .set_entries(Some(entries.collect()))
                .send()
                .await
                .map_err(|error| QueueError(Box::new(error)))?;
            if !sent.failed().is_empty() {
                return Err(QueueError("some entries of a batch failed".into()));
            }
        }
        Ok(())
    }

    /// Brings one message back after a while, at most a quarter of an hour.
    pub async fn enqueue_after(&self, message: QueueMessage, delay: Duration) -> Result<(), QueueError> {
        let QueueMessage::Parcel { school, .. } = message;
        // Rounded up: a message that comes too early would only be put off again.
        let seconds = delay.min(MAX_DELAY).as_millis().div_ceil(1000);
        self.aws
            .sqs()
            .send_message()
            .queue_url(&self.url)
            .message_body(message.to_json())
            .message_group_id(school.to_string())
            .delay_seconds(i32::try_from(seconds).unwrap_or(0))
            .send()
            .await
            .map_err(|error| QueueError(Box::new(error)))?;
        Ok(())
    }
}

impl QueueMessage {
    fn to_json(self) -> String {
        serde_json::to_string(&self).expect("a message is a plain struct")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_message_carries_identifiers_and_its_version_only() {
        let message = QueueMessage::Parcel {
            school: "sch_01J0000000000000000000000A".parse().unwrap(),
            send: "snd_01J0000000000000000000000B".parse().unwrap(),
            parcel: ParcelNumber(7),
        };
        insta::assert_snapshot!(
            message.to_json(),
            @r#"{"v":"parcel/1","school":"sch_01J0000000000000000000000A","send":"snd_01J0000000000000000000000B","parcel":7}"#
        );
        assert_eq!(serde_json::from_str::<QueueMessage>(&message.to_json()).unwrap(), message);
    }
}
