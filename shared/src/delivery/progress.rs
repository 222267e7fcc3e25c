//! How far a parcel has come: one state per message, and who is working on it.

use jiff::Timestamp;

use super::{FailureReason, MessageState, retry::delay_after_s};
use crate::{carrier::Outcome, id::WorkerId};

/// Messages claimed by one write: as many as are in flight at once, so that a crash leaves at most
/// this many whose outcome nobody knows.
pub const CLAIM_SIZE: usize = 10;

/// The progress of one parcel. Every change raises `version`, on which the write is conditional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    messages: Vec<MessageProgress>,
    claim: Option<Claim>,
    version: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MessageProgress {
    step: Step,
    attempts: u8,
    /// When it may be tried again, in epoch seconds; only a message that was put off has one.
    due_s: u32,
}

/// Where a message is, more finely than its public state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Not tried yet.
    Queued,
    /// Claimed: a carrier is being asked right now, or was when the worker died.
    InFlight,
    /// A carrier said "try later".
    PutOff,
    /// Anything after that.
    Settled(MessageState),
}

/// A worker's right to the messages in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Who.
    pub worker: WorkerId,
    /// The instant from which the worker is certainly dead.
    pub lease_until: Timestamp,
}

/// A worker and the present instant.
#[derive(Clone, Copy, Debug)]
pub struct Worker {
    /// Who.
    pub id: WorkerId,
    /// When its run ends, whatever happens.
    pub lease_until: Timestamp,
}

/// What came of an attempt to claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// These messages are the worker's, with the number of earlier attempts of each. The progress
    /// must be written before a carrier is called.
    Block(Vec<(u8, u8)>),
    /// Another worker may be alive until this instant.
    HeldUntil(Timestamp),
    /// Only messages that were put off are left; they are due at this instant.
    NothingBefore(Timestamp),
    /// Every message is settled.
    Finished,
}

impl Progress {
    /// A parcel of which nothing was tried yet.
    pub fn new(messages: usize) -> Self {
        let untried = MessageProgress { step: Step::Queued, attempts: 0, due_s: 0 };
        Self { messages: vec![untried; messages], claim: None, version: 0 }
    }

    /// How many times it was written; 0 before the first time.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Who works on it.
    pub const fn claim(&self) -> Option<Claim> {
        self.claim
    }

    /// The public state of each message.
    pub fn states(&self) -> impl ExactSizeIterator<Item = MessageState> {
        self.messages.iter().map(|message| message.step.state())
    }

    /// Claims the next block. What a dead worker left in flight becomes unknown first; what is past
    /// its time expires.
    pub fn claim_next(&mut self, worker: Worker, now: Timestamp, expires_at: Timestamp) -> Claimed {
        if let Some(claim) = self.claim {
            if claim.worker != worker.id && now < claim.lease_until {
                return Claimed::HeldUntil(claim.lease_until);
            }
            self.settle_in_flight(MessageState::Unknown);
        }
        if now >= expires_at {
            self.settle_waiting(MessageState::Expired);
        }
        let now_s = epoch_seconds(now);
        let mut ready: Vec<(u32, u8)> = (0_u8..)
            .zip(&self.messages)
            .filter_map(|(index, message)| match message.step {
                Step::Queued => Some((0, index)),
                Step::PutOff if message.due_s <= now_s => Some((message.due_s, index)),
                _ => None,
            })
            .collect();
        // What was never tried comes first, then what has waited longest: nobody keeps others back.
        ready.sort_unstable();
        ready.truncate(CLAIM_SIZE);
        let mut block = Vec::with_capacity(ready.len());
        for (_, index) in ready {
            let message = &mut self.messages[usize::from(index)];
            block.push((index, message.attempts));
            message.step = Step::InFlight;
        }
        if block.is_empty() {
            self.claim = None;
            let put_off = self.messages.iter().filter(|message| message.step == Step::PutOff);
            return match put_off.map(|message| message.due_s).min() {
                Some(due_s) => Claimed::NothingBefore(instant(due_s)),
                None => Claimed::Finished,
            };
        }
        self.claim = Some(Claim { worker: worker.id, lease_until: worker.lease_until });
        Claimed::Block(block)
    }

    /// Records what a carrier answered for a message of the block. An answer for a message that is
    /// not in flight changes nothing.
    pub fn record(&mut self, index: u8, outcome: Outcome, now: Timestamp) {
        let Some(message) = self.messages.get_mut(usize::from(index)) else { return };
        if message.step != Step::InFlight {
            return;
        }
        message.attempts = message.attempts.saturating_add(1);
        message.step = match outcome {
            Outcome::Accepted => Step::Settled(MessageState::Sent),
            Outcome::Refused(reason) => Step::Settled(MessageState::Failed(reason)),
            Outcome::Unknown => Step::Settled(MessageState::Unknown),
            Outcome::TryLater | Outcome::Halt => {
                message.due_s = epoch_seconds(now).saturating_add(delay_after_s(message.attempts));
                Step::PutOff
            }
        };
    }

    /// Gives the claim back, once every answer is recorded.
    pub fn release(&mut self) {
        self.settle_in_flight(MessageState::Unknown);
        self.claim = None;
    }

    /// Gives a block back that no carrier was asked for.
    pub fn return_block(&mut self) {
        for message in &mut self.messages {
            if message.step == Step::InFlight {
                message.step = if message.attempts == 0 { Step::Queued } else { Step::PutOff };
            }
        }
        self.claim = None;
    }

    /// Moves one settled message forward, as a receipt tells. Tells whether anything changed.
    pub fn advance(&mut self, index: u8, to: MessageState) -> bool {
        let Some(message) = self.messages.get_mut(usize::from(index)) else { return false };
        let Step::Settled(state) = message.step else { return false };
        state.advance(to).is_ok_and(|after| {
            message.step = Step::Settled(after);
            true
        })
    }

    /// To be called once for every write.
    pub fn next_version(&mut self) {
        self.version += 1;
    }

    fn settle_in_flight(&mut self, state: MessageState) {
        for message in &mut self.messages {
            if message.step == Step::InFlight {
                message.step = Step::Settled(state);
            }
        }
    }

    fn settle_waiting(&mut self, state: MessageState) {
        for message in &mut self.messages {
            if matches!(message.step, Step::Queued | Step::PutOff) {
                message.step = Step::Settled(state);
            }
        }
    }
}

impl Step {
    const fn state(self) -> MessageState {
        match self {
            Self::Queued => MessageState::Queued,
            Self::InFlight | Self::PutOff => MessageState::Sending,
            Self::Settled(state) => state,
        }
    }

    /// One byte; failures start at 16.
    fn to_byte(self) -> u8 {
        match self {
            Self::Queued => 0,
            Self::InFlight => 1,
            Self::PutOff => 2,
            Self::Settled(state) => match state {
                MessageState::Scheduled => 3,
                MessageState::Queued => 4,
                MessageState::Sending => 5,
                MessageState::Sent => 6,
                MessageState::Delivered => 7,
                MessageState::Unknown => 8,
                MessageState::Expired => 9,
                MessageState::Cancelled => 10,
                MessageState::Failed(reason) => {
                    let code = FailureReason::ALL.iter().position(|known| *known == reason).unwrap_or(0);
                    16 + code as u8
                }
            },
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Queued,
            1 => Self::InFlight,
            2 => Self::PutOff,
            3 => Self::Settled(MessageState::Scheduled),
            4 => Self::Settled(MessageState::Queued),
            5 => Self::Settled(MessageState::Sending),
            6 => Self::Settled(MessageState::Sent),
            7 => Self::Settled(MessageState::Delivered),
            8 => Self::Settled(MessageState::Unknown),
            9 => Self::Settled(MessageState::Expired),
            10 => Self::Settled(MessageState::Cancelled),
            failed => Self::Settled(MessageState::Failed(
                *FailureReason::ALL.get(usize::from(failed).checked_sub(16)?)?,
            )),
        })
    }
}

/// Bytes that are not the states of a parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the states of a parcel")]
pub struct ProgressDecodeError;

impl Progress {
    /// Six bytes for each message: where it is, how often it was tried, when it is due.
    pub fn encode_messages(&self) -> Vec<u8> {
        let encode = |message: &MessageProgress| {
            let [a, b, c, d] = message.due_s.to_be_bytes();
            [message.step.to_byte(), message.attempts, a, b, c, d]
        };
        self.messages.iter().flat_map(encode).collect()
    }

    /// Reads back what was stored.
    pub fn decode(messages: &[u8], claim: Option<Claim>, version: u64) -> Result<Self, ProgressDecodeError> {
        let (messages, []) = messages.as_chunks::<6>() else { return Err(ProgressDecodeError) };
        let messages = messages
            .iter()
            .map(|[step, attempts, due @ ..]| {
                let due_s = u32::from_be_bytes(*due);
                Some(MessageProgress { step: Step::from_byte(*step)?, attempts: *attempts, due_s })
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(ProgressDecodeError)?;
        Ok(Self { messages, claim, version })
    }
}

/// Epoch seconds in 32 bits, which last until 2106.
fn epoch_seconds(instant: Timestamp) -> u32 {
    u32::try_from(instant.as_second().max(0)).unwrap_or(u32::MAX)
}

fn instant(epoch_seconds: u32) -> Timestamp {
    Timestamp::from_second(i64::from(epoch_seconds)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn worker(lease_until: i64) -> Worker {
        Worker { id: WorkerId::generate(at(0)), lease_until: at(lease_until) }
    }

    fn states(progress: &Progress) -> Vec<&'static str> {
        progress.states().map(MessageState::as_str).collect()
    }

    fn claim(progress: &mut Progress, worker: Worker, now: i64) -> Vec<u8> {
        match progress.claim_next(worker, at(now), at(86_400)) {
            Claimed::Block(block) => block.into_iter().map(|(index, _)| index).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn blocks_of_ten_are_claimed_one_after_the_other_until_all_is_settled() {
        let (mut progress, worker) = (Progress::new(23), worker(30));
        for size in [10, 10, 3] {
            let block = claim(&mut progress, worker, 0);
            assert_eq!(block.len(), size);
            block.into_iter().for_each(|index| progress.record(index, Outcome::Accepted, at(0)));
        }
        assert_eq!(progress.claim_next(worker, at(0), at(86_400)), Claimed::Finished);
        assert_eq!(states(&progress), ["sent"; 23]);
        assert_eq!(progress.claim(), None);
    }

    #[test]
    fn a_second_worker_waits_for_the_lease_of_the_first() {
        let mut progress = Progress::new(2);
        claim(&mut progress, worker(30), 0);
        assert_eq!(progress.claim_next(worker(60), at(29), at(86_400)), Claimed::HeldUntil(at(30)));
        assert_eq!(states(&progress), ["sending"; 2]);
    }

    #[test]
    fn what_a_dead_worker_left_in_flight_is_unknown_and_never_claimed_again() {
        let mut progress = Progress::new(12);
        claim(&mut progress, worker(30), 0);
        let second = worker(60);
        assert_eq!(claim(&mut progress, second, 30), [10, 11]);
        assert_eq!(states(&progress)[..10], ["unknown"; 10]);
        progress.record(0, Outcome::Accepted, at(31));
        assert_eq!(states(&progress)[0], "unknown");
    }

    #[test]
    fn what_a_carrier_put_off_is_tried_again_at_its_time_and_expires_at_the_end() {
        let (mut progress, worker) = (Progress::new(1), worker(30));
        claim(&mut progress, worker, 0);
        progress.record(0, Outcome::TryLater, at(0));
        assert_eq!(progress.claim_next(worker, at(0), at(86_400)), Claimed::NothingBefore(at(1)));
        assert_eq!(states(&progress), ["sending"]);
        assert_eq!(progress.claim_next(worker, at(1), at(86_400)), Claimed::Block(vec![(0, 1)]));
        progress.record(0, Outcome::TryLater, at(1));
        assert_eq!(progress.claim_next(worker, at(1), at(86_400)), Claimed::NothingBefore(at(6)));
        assert_eq!(progress.claim_next(worker, at(86_400), at(86_400)), Claimed::Finished);
        assert_eq!(states(&progress), ["expired"]);
    }

    #[test]
    fn messages_that_are_put_off_again_and_again_do_not_keep_others_back() {
        let (mut progress, worker) = (Progress::new(25), worker(30));
        let mut now = 0;
        let mut claimed = [0; 25];
        for _ in 0..40 {
            match progress.claim_next(worker, at(now), at(86_400)) {
                Claimed::Block(block) => block.into_iter().for_each(|(index, _)| {
                    claimed[usize::from(index)] += 1;
                    progress.record(index, Outcome::TryLater, at(now));
                }),
                Claimed::NothingBefore(due) => now = due.duration_since(at(0)).as_secs(),
                other => panic!("{other:?}"),
            }
        }
        let (least, most) = (claimed.iter().min().unwrap(), claimed.iter().max().unwrap());
        assert!(*least > 5 && most - least <= 1, "{claimed:?}");
    }

    #[test]
    fn a_block_that_is_returned_is_claimed_again() {
        let (mut progress, worker) = (Progress::new(2), worker(30));
        assert_eq!(claim(&mut progress, worker, 0), [0, 1]);
        progress.return_block();
        assert_eq!(states(&progress), ["queued"; 2]);
        assert_eq!(claim(&mut progress, worker, 0), [0, 1]);
    }

    #[test]
    fn a_receipt_only_moves_a_message_forward() {
        let (mut progress, worker) = (Progress::new(1), worker(30));
        assert!(!progress.advance(0, MessageState::Delivered));
        claim(&mut progress, worker, 0);
        progress.record(0, Outcome::Accepted, at(0));
        assert!(progress.advance(0, MessageState::Delivered));
        assert!(!progress.advance(0, MessageState::Sent));
        assert_eq!(states(&progress), ["delivered"]);
    }

    /// Any mixture of workers that live and die, and of answers.
    #[derive(Clone, Debug)]
    enum Act {
        Claim,
        Answer(Outcome),
        Die,
        Wait(i64),
    }

    fn acts() -> impl Strategy<Value = Vec<Act>> {
        let act = prop_oneof![
            4 => Just(Act::Claim),
            8 => prop_oneof![
                Just(Outcome::Accepted),
                Just(Outcome::TryLater),
                Just(Outcome::Unknown),
                Just(Outcome::Refused(FailureReason::Content)),
            ]
            .prop_map(Act::Answer),
            1 => Just(Act::Die),
            2 => (0_i64..60).prop_map(Act::Wait),
        ];
        proptest::collection::vec(act, 0..120)
    }

    proptest! {
        #[test]
        fn whatever_happens_no_message_is_claimed_after_it_was_accepted_or_doubtful(size in 1_usize..=40, acts in acts()) {
            let mut progress = Progress::new(size);
            let (mut now, mut current) = (0, worker(30));
            let mut in_flight: Vec<u8> = Vec::new();
            let mut spent = vec![false; size];
            for act in acts {
                match act {
                    Act::Claim if in_flight.is_empty() => {
                        current.lease_until = at(now + 30);
                        if let Claimed::Block(block) = progress.claim_next(current, at(now), at(5_000)) {
                            prop_assert!(block.len() <= CLAIM_SIZE);
                            for (index, _) in block {
                                prop_assert!(!spent[usize::from(index)]);
                                in_flight.push(index);
                            }
                        }
                    }
                    Act::Answer(outcome) => {
                        if let Some(index) = in_flight.pop() {
                            spent[usize::from(index)] = outcome != Outcome::TryLater;
                            progress.record(index, outcome, at(now));
                        }
                    }
                    Act::Die => {
                        in_flight.drain(..).for_each(|index| spent[usize::from(index)] = true);
                        current = worker(now + 30);
                    }
                    Act::Wait(seconds) => now += seconds,
                    Act::Claim => {}
                }
                let encoded = progress.encode_messages();
                let decoded = Progress::decode(&encoded, progress.claim, progress.version);
                prop_assert_eq!(decoded.as_ref(), Ok(&progress));
                prop_assert!(encoded.len() == 6 * size);
            }
        }

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(progress) = Progress::decode(&bytes, None, 1) {
                prop_assert_eq!(progress.encode_messages(), bytes);
            }
        }
    }
}
