//! The queue delay of a parcel: it grows when there are too few workers.

use std::time::Duration;

use aws_lambda_events::sqs::SqsMessage;
use jiff::{SignedDuration, Timestamp};
use queues::{Enqueued, QueueMessage};

/// From the end of the message's intended delay until now. None for a reconciliation, which is not urgent;
/// none for a redelivery, where the time since the first receipt measures a failed run and not the queue;
/// none without the queue's timestamp.
pub(crate) fn since_it_was_due(message: &SqsMessage, enqueued: Enqueued, now: Timestamp) -> Option<Duration> {
    let attribute = |name: &str| message.attributes.get(name).and_then(|text| text.parse::<i64>().ok());
    let is_first = attribute("ApproximateReceiveCount").is_none_or(|times| times <= 1);
    let QueueMessage::Parcel { .. } = enqueued.message else { return None };
    let sent_at = Timestamp::from_millisecond(attribute("SentTimestamp").filter(|_| is_first)?).ok()?;
    let waited = now.duration_since(sent_at) - SignedDuration::from_secs(enqueued.delay_s.into());
    // The queue's clock may be slightly ahead.
    Some(Duration::try_from(waited).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use domain::id::{ParcelId, ParcelNumber};

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_795_420_810, 0);

    fn waited(attributes: &[(&str, &str)], delay_s: u32, is_question: bool) -> Option<u128> {
        let mut message = SqsMessage::default();
        message.attributes =
            attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        let school = "sch_01J0000000000000000000000A".parse().unwrap();
        let send = "snd_01J0000000000000000000000B".parse().unwrap();
        let parcel = ParcelId { school, send, number: ParcelNumber(0) };
        let said = match is_question {
            true => QueueMessage::Reconcile { parcel, asked: 0 },
            false => QueueMessage::Parcel { parcel, place_at_s: None },
        };
        since_it_was_due(&message, Enqueued { message: said, delay_s }, NOW).map(|delay| delay.as_millis())
    }

    #[test]
    fn the_wait_begins_when_the_delay_that_was_asked_for_is_over() {
        let ten_seconds_ago = ("SentTimestamp", "1795420800000");
        assert_eq!(waited(&[ten_seconds_ago], 0, false), Some(10_000));
        assert_eq!(waited(&[ten_seconds_ago], 7, false), Some(3_000));
        assert_eq!(waited(&[ten_seconds_ago], 11, false), Some(0));
    }

    #[test]
    fn a_question_a_second_coming_and_a_message_without_a_time_do_not_count() {
        let ten_seconds_ago = ("SentTimestamp", "1795420800000");
        assert_eq!(waited(&[ten_seconds_ago], 0, true), None);
        assert_eq!(waited(&[ten_seconds_ago, ("ApproximateReceiveCount", "2")], 0, false), None);
        assert_eq!(waited(&[ten_seconds_ago, ("ApproximateReceiveCount", "1")], 0, false), Some(10_000));
        assert_eq!(waited(&[], 0, false), None);
    }
}
