//! The counts of one invocation, as a value: recorded on writes, summed, emitted at the end.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::AddAssign,
    time::Duration,
};

use domain::{
    delivery::{MessageState, Progress, Receipt, WriteOutcome},
    id::{SchoolId, SendId},
    language::Explain,
    sending::Totals,
};

/// The events of an invocation. Each message is counted by the conditional write that moved it, which
/// succeeds once: redelivered queue messages count nothing twice. An invocation that dies between write
/// and end, or whose write loses its response, is missing here but not in the sent log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Messages of accepted sends.
    pub accepted: u64,
    pub segments: u64,
    /// Price in micro-euros, before refunds.
    pub cost_micro_eur: u64,
    /// Messages accepted by a carrier.
    pub sent: u64,
    /// Failed messages, by reason code.
    pub failed: BTreeMap<&'static str, u64>,
    /// Messages settled with an unknown outcome.
    pub unknown: u64,
    /// Unknown messages resolved later.
    pub reconciled: u64,
    pub expired: u64,
    pub cancelled: u64,
    /// Messages delivered to a phone, by receipt.
    pub delivered: u64,
    /// Longest delay of a parcel in the queue.
    pub queue_delay: Option<Duration>,
    pub(super) concerns: BTreeSet<(SchoolId, SendId)>,
}

impl Counts {
    /// Counts an accepted send.
    pub fn accepted(totals: Totals) -> Self {
        Self {
            accepted: totals.messages.into(),
            segments: totals.segments.into(),
            cost_micro_eur: totals.price.get(),
            ..Self::default()
        }
    }

    /// Counts the messages settled by a write of progress, and unknown messages resolved. Invariant:
    /// once all messages are settled, `accepted + reconciled = sent + failed + unknown + expired +
    /// cancelled`.
    pub fn settled(outcome: WriteOutcome, before: &Progress, after: &Progress) -> Self {
        let mut counts = Self::default();
        if outcome == WriteOutcome::AlreadyThere {
            // Counted by the worker that wrote the same.
            return counts;
        }
        for (before, after) in before.states().zip(after.states()) {
            let was_unknown = before == MessageState::Unknown;
            if before == after || !(before.is_open() || was_unknown) {
                continue;
            }
            counts.reconciled += u64::from(was_unknown);
            match after {
                MessageState::Scheduled | MessageState::Queued | MessageState::Sending => {}
                MessageState::Sent | MessageState::Delivered => counts.sent += 1,
                MessageState::Failed(reason) => counts.fail(&reason),
                MessageState::Unknown => counts.unknown += 1,
                MessageState::Expired => counts.expired += 1,
                MessageState::Cancelled(_) => counts.cancelled += 1,
            }
        }
        counts
    }

    /// Counts the change of a receipt. A second failure of a message is not counted.
    pub fn told(before: Option<Receipt>, after: Receipt) -> Self {
        let mut counts = Self::default();
        match (before, after) {
            (Some(Receipt::Delivered), _) | (_, Receipt::OnItsWay) => {}
            (_, Receipt::Delivered) => counts.delivered = 1,
            (Some(Receipt::Failed(_)), Receipt::Failed(_)) => {}
            (_, Receipt::Failed(reason)) => counts.fail(&reason),
        }
        counts
    }

    /// Counts a parcel's delay in the queue after it was due.
    pub fn waited(delay: Duration) -> Self {
        Self { queue_delay: Some(delay), ..Self::default() }
    }

    /// Attributes the counts to a send.
    pub fn of(mut self, school: SchoolId, send: SendId) -> Self {
        self.concerns.insert((school, send));
        self
    }

    /// Returns the school, if all counts concern a single one.
    pub(super) fn school(&self) -> Option<SchoolId> {
        let (school, _) = self.concerns.first()?;
        self.concerns.iter().all(|(other, _)| other == school).then_some(*school)
    }

    /// Returns the send, if all counts concern a single one.
    pub(super) fn send(&self) -> Option<SendId> {
        self.concerns.first().filter(|_| self.concerns.len() == 1).map(|(_, send)| *send)
    }

    fn fail(&mut self, reason: &impl Explain) {
        *self.failed.entry(reason.code()).or_default() += 1;
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.accepted += other.accepted;
        self.segments += other.segments;
        self.cost_micro_eur += other.cost_micro_eur;
        self.sent += other.sent;
        for (reason, failed) in other.failed {
            *self.failed.entry(reason).or_default() += failed;
        }
        self.unknown += other.unknown;
        self.reconciled += other.reconciled;
        self.expired += other.expired;
        self.cancelled += other.cancelled;
        self.delivered += other.delivered;
        self.queue_delay = self.queue_delay.max(other.queue_delay);
        self.concerns.extend(other.concerns);
    }
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};

    use super::*;
    use domain::{
        delivery::{Cancellation, CarrierName, FailureReason, Outcome, Worker},
        id::WorkerId,
    };

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;
    const LATER: Timestamp = Timestamp::MAX;

    fn worker() -> Worker {
        Worker { id: WorkerId::generate(NOW), lease_until: NOW + SignedDuration::from_secs(30) }
    }

    #[test]
    fn a_message_is_counted_by_the_write_that_settles_it_and_by_no_other() {
        let untried = Progress::new(4);
        let mut claimed = untried.clone();
        claimed.claim_next(worker(), Some(CarrierName::Bridge), NOW, LATER, |_| true);
        assert_eq!(Counts::settled(WriteOutcome::Written, &untried, &claimed), Counts::default());
        let mut answered = claimed.clone();
        answered.record(0, Outcome::Accepted, 1, NOW);
        answered.record(1, Outcome::Refused(FailureReason::Blocked), 1, NOW);
        answered.record(2, Outcome::TryLater, 1, NOW);
        answered.record(3, Outcome::Unknown, 1, NOW);
        let counts = Counts::settled(WriteOutcome::Written, &claimed, &answered);
        let failed = BTreeMap::from([("blocked", 1)]);
        assert_eq!(counts, Counts { sent: 1, failed, unknown: 1, ..Counts::default() });
        assert_eq!(Counts::settled(WriteOutcome::Written, &answered, &answered), Counts::default());
        let mut found_out = answered.clone();
        found_out.advance(3, MessageState::Sent);
        let counts = Counts::settled(WriteOutcome::Written, &answered, &found_out);
        assert_eq!(counts, Counts { sent: 1, reconciled: 1, ..Counts::default() });
    }

    #[test]
    fn what_was_there_already_is_counted_by_whoever_wrote_it() {
        let (untried, mut cancelled) = (Progress::new(1), Progress::new(1));
        cancelled.cancel(0, Cancellation::ByHand);
        assert_eq!(Counts::settled(WriteOutcome::AlreadyThere, &untried, &cancelled), Counts::default());
    }

    #[test]
    fn what_a_dead_worker_left_is_counted_by_whoever_settles_it() {
        let mut claimed = Progress::new(2);
        claimed.claim_next(worker(), Some(CarrierName::Bridge), NOW, LATER, |index| index == 0);
        let mut ended = claimed.clone();
        ended.end(domain::delivery::End::Expired, LATER).unwrap();
        let counts = Counts::settled(WriteOutcome::Written, &claimed, &ended);
        assert_eq!(counts, Counts { unknown: 1, expired: 1, ..Counts::default() });
        let (untried, mut cancelled) = (Progress::new(1), Progress::new(1));
        cancelled.cancel(0, Cancellation::ByHand);
        assert_eq!(
            Counts::settled(WriteOutcome::Written, &untried, &cancelled),
            Counts { cancelled: 1, ..Counts::default() }
        );
    }

    #[test]
    fn a_receipt_counts_once_whatever_comes_after_it() {
        use Receipt::{Delivered, Failed, OnItsWay};
        let (off, blocked) = (Failed(FailureReason::Unreachable), Failed(FailureReason::Blocked));
        let delivered = Counts { delivered: 1, ..Counts::default() };
        let failed = Counts { failed: BTreeMap::from([("unreachable", 1)]), ..Counts::default() };
        for (before, after, counts) in [
            (None, OnItsWay, Counts::default()),
            (None, Delivered, delivered.clone()),
            (Some(OnItsWay), Delivered, delivered.clone()),
            (Some(OnItsWay), off, failed),
            (Some(off), blocked, Counts::default()),
            // Another segment or another attempt: both happened.
            (Some(off), Delivered, delivered),
        ] {
            assert_eq!(Counts::told(before, after), counts, "{before:?} → {after:?}");
        }
    }

    #[test]
    fn of_several_parcels_the_longest_wait_is_told_and_the_school_only_if_it_is_one() {
        let school = |digit: char| format!("sch_01J000000000000000000000{digit}A").parse().unwrap();
        let send = |digit: char| format!("snd_01J000000000000000000000{digit}B").parse().unwrap();
        let mut counts = Counts::waited(Duration::from_millis(20)).of(school('1'), send('1'));
        assert_eq!((counts.school(), counts.send()), (Some(school('1')), Some(send('1'))));
        counts += Counts::waited(Duration::from_millis(70)).of(school('1'), send('2'));
        assert_eq!((counts.school(), counts.send()), (Some(school('1')), None));
        counts += Counts::waited(Duration::from_millis(30)).of(school('2'), send('3'));
        assert_eq!((counts.school(), counts.send()), (None, None));
        assert_eq!(counts.queue_delay, Some(Duration::from_millis(70)));
    }
}
