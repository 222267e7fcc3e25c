//! How long a parcel waited in the queue after it was due: what grows when there are too few workers.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use queues::{Enqueued, QueueMessage};
use runtime::batch::BatchMessage;

/// From the end of the delay that a parcel's message was given on purpose, until now. None of a question to a
/// carrier, for which nobody waits; none of a message that comes again, because the time since its first coming
/// tells of a failed run and not of the queue; none where the queue does not tell when it got it.
pub(crate) fn since_it_was_due(
    message: &BatchMessage,
    enqueued: Enqueued,
    now: Timestamp,
) -> Option<Duration> {
    let is_first = message.receive_count.is_none_or(|times| times <= 1);
    let QueueMessage::Parcel { .. } = enqueued.message else { return None };
    let sent_at = message.sent_at.filter(|_| is_first)?;
    let waited = now.duration_since(sent_at) - SignedDuration::from_secs(enqueued.delay_s.into());
    // The clock of the queue may be a little ahead of ours.
    Some(Duration::try_from(waited).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use domain::id::{ParcelId, ParcelNumber};

    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_795_420_810, 0);

    const TEN_SECONDS_AGO: Option<Timestamp> = Some(Timestamp::constant(1_795_420_800, 0));

    fn waited(
        sent_at: Option<Timestamp>,
        receive_count: Option<u32>,
        delay_s: u32,
        is_question: bool,
    ) -> Option<u128> {
        let message = BatchMessage { sent_at, receive_count, ..BatchMessage::default() };
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
        assert_eq!(waited(TEN_SECONDS_AGO, None, 0, false), Some(10_000));
        assert_eq!(waited(TEN_SECONDS_AGO, None, 7, false), Some(3_000));
        assert_eq!(waited(TEN_SECONDS_AGO, None, 11, false), Some(0));
    }

    #[test]
    fn a_question_a_second_coming_and_a_message_without_a_time_do_not_count() {
        assert_eq!(waited(TEN_SECONDS_AGO, None, 0, true), None);
        assert_eq!(waited(TEN_SECONDS_AGO, Some(2), 0, false), None);
        assert_eq!(waited(TEN_SECONDS_AGO, Some(1), 0, false), Some(10_000));
        assert_eq!(waited(None, None, 0, false), None);
    }
}
