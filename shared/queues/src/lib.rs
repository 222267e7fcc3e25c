//! The queues: parcels to deliver, as ids only, and carriers' reports.

mod reports;

pub use reports::{ReportMessage, ReportQueue, ReportSubject, ReportedStatus};

use std::time::Duration;

use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use aws::Aws;
use domain::{
    clock::later,
    delivery::PartsPerSecond,
    id::{ParcelId, ParcelNumber},
    sending::Appointment,
};

/// A message of the parcel queue. The tag contains the version, so that messages enqueued before a
/// deployment remain readable after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "v")]
pub enum QueueMessage {
    #[serde(rename = "parcel/1")]
    Parcel {
        #[serde(flatten)]
        parcel: ParcelId,
        /// When it has a place at the carrier's pace, in epoch seconds, if it was turned away before.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        place_at_s: Option<i64>,
    },
    /// Query the carriers for the status of this parcel's unknown messages.
    #[serde(rename = "reconcile/1")]
    Reconcile {
        #[serde(flatten)]
        parcel: ParcelId,
        /// How often they were asked before.
        asked: u8,
    },
}

/// A queue message with its intended delay: SQS reports when a message was sent, not when it was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enqueued {
    #[serde(flatten)]
    pub message: QueueMessage,
    /// Intended delay in seconds.
    #[serde(default, skip_serializing_if = "is_none")]
    pub delay_s: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
const fn is_none(delay_s: &u32) -> bool {
    *delay_s == 0
}

/// The parcel queue.
#[derive(Clone)]
pub struct Queue {
    aws: Aws,
    url: String,
    pace: Option<PartsPerSecond>,
}

/// The queue did not accept every message.
#[derive(Debug, thiserror::Error)]
#[error("the queue is unavailable")]
pub struct QueueError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl QueueError {
    fn new(cause: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self(Box::new(cause))
    }
}

/// Limit of `SendMessageBatch`.
const BATCH_ENTRIES: u16 = 10;
/// Limit of `DelaySeconds`: 15 minutes.
const MAX_DELAY: Duration = Duration::from_secs(900);
/// How far ahead parcels are enqueued. The schedule enqueues later ones.
const RELEASED_AHEAD_S: u64 = 600;

impl Queue {
    /// Creates a queue at a URL.
    pub const fn new(aws: Aws, url: String) -> Self {
        Self { aws, url, pace: None }
    }

    /// Sets the rate limit of the carrier: a long send is spread, and each parcel is delivered when the
    /// carrier can accept it, so that no function waits for more than a second or two.
    pub fn paced(self, pace: Option<PartsPerSecond>) -> Self {
        Self { pace, ..self }
    }

    /// Returns the delay of a parcel within a release.
    fn delay_s(&self, release: &Appointment, parcel: u16) -> u64 {
        let Some(pace) = self.pace else { return 0 };
        let before = u64::from(parcel - release.first_parcel) * u64::from(release.segments)
            / u64::from(release.parcels.max(1));
        pace.duration_of(before).unsigned_abs().as_secs()
    }

    /// Enqueues the parcels of a send due within the next minutes. Returns the rest as a later release.
    /// Idempotent.
    pub async fn enqueue(&self, release: Appointment) -> Result<Option<Appointment>, QueueError> {
        let in_time = |parcel: &u16| self.delay_s(&release, *parcel) <= RELEASED_AHEAD_S;
        let end = (release.first_parcel..release.parcels).find(|parcel| !in_time(parcel));
        let released = release.first_parcel..end.unwrap_or(release.parcels);
        for first in released.clone().step_by(usize::from(BATCH_ENTRIES)) {
            let numbers = first..released.end.min(first + BATCH_ENTRIES);
            let entries = numbers.map(|number| {
                let Appointment { school, send, .. } = release;
                let parcel = ParcelId { school, send, number: ParcelNumber(number) };
                let message = QueueMessage::Parcel { parcel, place_at_s: None };
                let delay_s =
                    u32::try_from(self.delay_s(&release, number)).expect("at most what is released ahead");
                let sqs_delay = i32::try_from(delay_s).expect("at most what is released ahead");
                SendMessageBatchRequestEntry::builder()
                    .id(number.to_string())
                    .message_body(Enqueued { message, delay_s }.to_json())
                    .message_group_id(release.school.to_string())
                    .set_delay_seconds((sqs_delay > 0).then_some(sqs_delay))
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
                .map_err(QueueError::new)?;
            if !sent.failed().is_empty() {
                return Err(QueueError("some entries of a batch failed".into()));
            }
        }
        Ok(end.map(|first_parcel| {
            // A minute early: the schedule comes once a minute.
            let in_s =
                i64::try_from(self.delay_s(&release, first_parcel)).expect("a send leaves within hours");
            let at = later(release.at, SignedDuration::from_secs(in_s - 60));
            Appointment { at, first_parcel, ..release }
        }))
    }

    /// Enqueues one message with a delay of at most 15 minutes.
    pub async fn enqueue_after(&self, message: QueueMessage, delay: Duration) -> Result<(), QueueError> {
        let ParcelId { school, .. } = message.parcel();
        // Rounded up: a message that comes too early would only be put off again.
        let delay_s = u32::try_from(delay.min(MAX_DELAY).as_millis().div_ceil(1000))
            .expect("at most a quarter of an hour");
        self.aws
            .sqs()
            .send_message()
            .queue_url(&self.url)
            .message_body(Enqueued { message, delay_s }.to_json())
            .message_group_id(school.to_string())
            .delay_seconds(i32::try_from(delay_s).expect("at most a quarter of an hour"))
            .send()
            .await
            .map_err(QueueError::new)?;
        Ok(())
    }
}

impl QueueMessage {
    /// The parcel that it is about.
    pub const fn parcel(self) -> ParcelId {
        let (Self::Parcel { parcel, .. } | Self::Reconcile { parcel, .. }) = self;
        parcel
    }
}

impl Enqueued {
    fn to_json(self) -> String {
        serde_json::to_string(&self).expect("a message is a plain struct")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_queue_message_carries_identifiers_its_delay_and_its_version_only() {
        let message = QueueMessage::Parcel {
            parcel: ParcelId {
                school: "sch_01J0000000000000000000000A".parse().unwrap(),
                send: "snd_01J0000000000000000000000B".parse().unwrap(),
                number: ParcelNumber(7),
            },
            place_at_s: None,
        };
        let (at_once, later) = (Enqueued { message, delay_s: 0 }, Enqueued { message, delay_s: 42 });
        insta::assert_snapshot!(
            at_once.to_json(),
            @r#"{"v":"parcel/1","school":"sch_01J0000000000000000000000A","send":"snd_01J0000000000000000000000B","parcel":7}"#
        );
        insta::assert_snapshot!(
            later.to_json(),
            @r#"{"v":"parcel/1","school":"sch_01J0000000000000000000000A","send":"snd_01J0000000000000000000000B","parcel":7,"delay_s":42}"#
        );
        for enqueued in [at_once, later] {
            assert_eq!(serde_json::from_str::<Enqueued>(&enqueued.to_json()).unwrap(), enqueued);
            // Readers without the delay field can parse it, too.
            assert_eq!(serde_json::from_str::<QueueMessage>(&enqueued.to_json()).unwrap(), message);
        }
    }
}
