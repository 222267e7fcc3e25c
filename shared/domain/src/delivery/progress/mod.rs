//! How far a parcel has come: one state per message, and who is working on it.

mod codec;

pub use codec::ProgressDecodeError;

use jiff::{SignedDuration, Timestamp};

use super::{Cancellation, FailureReason, MessageState, retry::delay_after_s};
use crate::{
    clock::later,
    delivery::{CarrierName, Outcome},
    id::WorkerId,
};

/// Messages claimed by one write: as many as are in flight at once, so that a crash leaves at most
/// this many whose outcome nobody knows.
pub const CLAIM_SIZE: usize = 10;

/// More attempts than a day holds are not counted.
const MOST_ATTEMPTS: u8 = 0x7f;
/// Marks a message that another send took up.
const TAKEN_UP: u8 = 0x80;

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
    /// At most [`MOST_ATTEMPTS`]; the highest bit tells that another send took it up.
    attempts: u8,
    /// Who was asked last, kept before the request leaves: who is to be asked about it afterwards, and who
    /// is not asked again at once.
    carrier: Option<CarrierName>,
    /// In epoch seconds: when a message that was put off may be tried again; of any other that was claimed,
    /// when that was.
    at_s: u32,
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

/// A worker, and the end of its lease.
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

/// How a parcel ends that is not delivered to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its messages are not worth sending any more.
    Expired,
    /// The queue has brought it as often as it may.
    Exhausted,
}

/// A parcel cannot be ended while another worker may hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another worker may hold the parcel until {until}")]
pub struct ClaimHeld {
    /// When its lease ends.
    pub until: Timestamp,
}

impl Progress {
    /// A parcel of which nothing was tried yet.
    pub fn new(messages: usize) -> Self {
        let untried = MessageProgress { step: Step::Queued, attempts: 0, carrier: None, at_s: 0 };
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

    /// Whether anything was tried, or is being tried. What was cancelled before does not count.
    pub fn has_begun(&self) -> bool {
        self.claim.is_some()
            || self.messages.iter().any(|message| {
                !matches!(message.step, Step::Queued | Step::Settled(MessageState::Cancelled(_)))
            })
    }

    /// The messages that may be tried now, in the order in which they leave: what was never tried comes
    /// first, then what has waited longest, so that nobody keeps others back.
    pub fn ready(&self, now: Timestamp) -> Vec<u8> {
        let now_s = epoch_seconds(now);
        let mut ready: Vec<(u32, u8)> = (0_u8..)
            .zip(&self.messages)
            .filter_map(|(index, message)| match message.step {
                Step::Queued => Some((0, index)),
                Step::PutOff if message.at_s <= now_s => Some((message.at_s, index)),
                _ => None,
            })
            .collect();
        ready.sort_unstable();
        ready.into_iter().map(|(_, index)| index).collect()
    }

    /// Who was asked for a message last, and when. None of one that was never tried.
    pub fn asked(&self, index: u8) -> Option<(CarrierName, Timestamp)> {
        let message = self.messages.get(usize::from(index))?;
        Some((message.carrier?, instant(message.at_s)))
    }

    /// How often a message was tried.
    pub fn attempts(&self, index: u8) -> u8 {
        self.messages.get(usize::from(index)).map_or(0, |message| message.attempts & MOST_ATTEMPTS)
    }

    /// Claims the next block, for one carrier: of the messages that are ready, the first ones up to
    /// [`CLAIM_SIZE`] that are in it; none without a carrier. What a dead worker left in flight becomes
    /// unknown first; what is past its time expires.
    pub fn claim_next(
        &mut self,
        worker: Worker,
        carrier: Option<CarrierName>,
        now: Timestamp,
        expires_at: Timestamp,
        mut fits: impl FnMut(u8) -> bool,
    ) -> Claimed {
        if let Some(claim) = self.claim {
            if claim.worker != worker.id && now < claim.lease_until {
                return Claimed::HeldUntil(claim.lease_until);
            }
            self.settle_in_flight(MessageState::Unknown);
        }
        if now >= expires_at {
            self.settle_waiting(MessageState::Expired);
        }
        let ready: Vec<u8> = self
            .ready(now)
            .into_iter()
            .filter(|index| carrier.is_some() && fits(*index))
            .take(CLAIM_SIZE)
            .collect();
        let mut block = Vec::with_capacity(ready.len());
        for index in ready {
            let message = &mut self.messages[usize::from(index)];
            block.push((index, message.attempts));
            message.step = Step::InFlight;
            message.carrier = carrier;
            message.at_s = epoch_seconds(now);
        }
        if block.is_empty() {
            self.claim = None;
            if self.messages.iter().any(|message| message.step == Step::Queued) {
                // Nothing of what is ready fitted.
                return Claimed::NothingBefore(now);
            }
            let put_off = self.messages.iter().filter(|message| message.step == Step::PutOff);
            return match put_off.map(|message| message.at_s).min() {
                Some(due_s) => Claimed::NothingBefore(instant(due_s)),
                None => Claimed::Finished,
            };
        }
        self.claim = Some(Claim { worker: worker.id, lease_until: worker.lease_until });
        Claimed::Block(block)
    }

    /// Records what a carrier answered for a message of the block. An answer for a message that is
    /// not in flight changes nothing. Of `carriers` that may be asked, each is asked once before the message
    /// has to wait.
    pub fn record(&mut self, index: u8, outcome: Outcome, carriers: u8, now: Timestamp) {
        let Some(message) = self.messages.get_mut(usize::from(index)) else { return };
        if message.step != Step::InFlight {
            return;
        }
        if outcome != Outcome::Halt {
            message.attempts = message.attempts.min(MOST_ATTEMPTS - 1) + 1;
        }
        message.step = match outcome {
            Outcome::Accepted => Step::Settled(MessageState::Sent),
            Outcome::Refused(reason) => Step::Settled(MessageState::Failed(reason)),
            Outcome::Unknown => Step::Settled(MessageState::Unknown),
            Outcome::TryLater => {
                let carriers = carriers.max(1);
                let all_were_asked = message.attempts % carriers == 0 || message.attempts == MOST_ATTEMPTS;
                let wait_s = if all_were_asked { delay_after_s(message.attempts / carriers) } else { 0 };
                message.at_s = epoch_seconds(later(now, SignedDuration::from_secs(wait_s.into())));
                Step::PutOff
            }
            // It is the account that is at fault: the message is as ready as it was.
            Outcome::Halt if message.attempts == 0 => {
                (message.carrier, message.at_s) = (None, 0);
                Step::Queued
            }
            Outcome::Halt => {
                message.at_s = epoch_seconds(now);
                Step::PutOff
            }
        };
    }

    /// Releases the claim, once every answer is recorded.
    pub fn release_claim(&mut self) {
        self.settle_in_flight(MessageState::Unknown);
        self.claim = None;
    }

    /// Undoes the claim of a block that no carrier was asked for: its messages are as before.
    pub fn return_block(&mut self, before: &Self) {
        for (message, before) in self.messages.iter_mut().zip(&before.messages) {
            if message.step == Step::InFlight {
                *message = *before;
            }
        }
        self.claim = None;
    }

    /// When the first message is due that was put off and for which `may_leave`.
    pub fn next_due(&self, may_leave: impl Fn(u8) -> bool) -> Option<Timestamp> {
        let waiting = (0_u8..)
            .zip(&self.messages)
            .filter(|(index, message)| message.step == Step::PutOff && may_leave(*index));
        waiting.map(|(_, message)| message.at_s).min().map(instant)
    }

    /// Whether somebody may be at work on it.
    pub fn is_claimed(&self, now: Timestamp) -> bool {
        self.claim.is_some_and(|claim| now < claim.lease_until)
    }

    /// Ends a message that no carrier has and whose owner told us to stop.
    pub fn stop(&mut self, index: u8) {
        self.end_untaken(index, Cancellation::Stopped, FailureReason::OptedOut);
    }

    /// Ends a message that no carrier has and of which nothing is left to send.
    pub fn erase(&mut self, index: u8) {
        self.end_untaken(index, Cancellation::Erased, FailureReason::Erased);
    }

    fn end_untaken(&mut self, index: u8, if_untried: Cancellation, if_put_off: FailureReason) {
        let Some(message) = self.messages.get_mut(usize::from(index)) else { return };
        message.step = match message.step {
            Step::Queued => Step::Settled(MessageState::Cancelled(if_untried)),
            Step::PutOff => Step::Settled(MessageState::Failed(if_put_off)),
            step => step,
        };
    }

    /// Moves one settled message forward, as its carrier told when it was asked. Tells whether anything
    /// changed.
    pub fn advance(&mut self, index: u8, to: MessageState) -> bool {
        let Some(message) = self.messages.get_mut(usize::from(index)) else { return false };
        let Step::Settled(state) = message.step else { return false };
        state.advance(to).is_ok_and(|after| {
            message.step = Step::Settled(after);
            true
        })
    }

    /// Whether a message may be sent again by a person's decision: with what its carrier told, it did not
    /// arrive or nobody knows, and no other send has taken it up.
    pub fn can_be_taken_up(&self, index: u8, informed: MessageState) -> bool {
        self.messages.get(usize::from(index)).is_some_and(|message| {
            message.attempts & TAKEN_UP == 0
                && matches!(message.step, Step::Settled(_))
                && informed.may_not_have_arrived()
        })
    }

    /// Notes that another send takes a message up.
    pub fn take_up(&mut self, index: u8) {
        if let Some(message) = self.messages.get_mut(usize::from(index)) {
            message.attempts |= TAKEN_UP;
        }
    }

    /// Calls back one message that nobody has tried. Tells whether it was in time.
    pub fn cancel(&mut self, index: u8, reason: Cancellation) -> bool {
        let Some(message) = self.messages.get_mut(usize::from(index)) else { return false };
        let in_time = message.step == Step::Queued;
        if in_time {
            message.step = Step::Settled(MessageState::Cancelled(reason));
        }
        in_time
    }

    /// Ends what is left of a parcel that nobody will work on any more. What a dead worker left in flight
    /// is unknown, what waits comes to its end. Tells whether anything changed.
    pub fn end(&mut self, end: End, now: Timestamp) -> Result<bool, ClaimHeld> {
        if let Some(claim) = self.claim.filter(|claim| now < claim.lease_until) {
            return Err(ClaimHeld { until: claim.lease_until });
        }
        let before = self.messages.clone();
        self.settle_in_flight(MessageState::Unknown);
        self.settle_waiting(match end {
            End::Expired => MessageState::Expired,
            End::Exhausted => MessageState::Failed(FailureReason::Exhausted),
        });
        self.claim = None;
        Ok(self.messages != before)
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
}

/// Epoch seconds in 32 bits.
fn epoch_seconds(instant: Timestamp) -> u32 {
    u32::try_from(instant.as_second()).expect("32 bits of seconds last from 1970 to 2106")
}

fn instant(epoch_seconds: u32) -> Timestamp {
    Timestamp::from_second(i64::from(epoch_seconds)).expect("the calendar lasts beyond 2106")
}

#[cfg(test)]
mod tests;
