//! The progress of a parcel: one state per message, and the current claim.

mod codec;

pub use codec::ProgressDecodeError;

use jiff::{SignedDuration, Timestamp};

use super::{Cancellation, FailureReason, MessageState, retry::delay_after_s};
use crate::{
    clock::later,
    delivery::{CarrierName, Outcome},
    id::WorkerId,
};

/// Messages claimed by one write: the concurrency of one worker, so that a crash leaves at most this
/// many messages with an unknown outcome.
pub const CLAIM_SIZE: usize = 10;

/// The counter saturates here: more attempts than a day allows.
const MOST_ATTEMPTS: u8 = 0x7f;
/// Marks a message that another send took up.
const TAKEN_UP: u8 = 0x80;

/// The progress of one parcel. Every change increments `version`, the condition of each write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    messages: Vec<MessageProgress>,
    claim: Option<Claim>,
    version: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct MessageProgress {
    step: Step,
    /// At most [`MOST_ATTEMPTS`]; the highest bit is [`TAKEN_UP`].
    attempts: u8,
    /// The last carrier called, stored before the request is sent: the target of a later status query,
    /// and not the first choice for the next attempt.
    carrier: Option<CarrierName>,
    /// Epoch seconds: time of the next attempt for a postponed message, time of the claim for any other
    /// claimed message.
    at_s: u32,
}

/// The step of a message, finer than its public state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Queued,
    /// Claimed: a request is in progress, or was when the worker died.
    InFlight,
    /// The carrier answered "try later".
    PutOff,
    /// Final for delivery.
    Settled(MessageState),
}

/// A worker's right to the messages in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    pub worker: WorkerId,
    /// The instant from which the worker is certainly dead.
    pub lease_until: Timestamp,
}

/// A worker and the end of its lease.
#[derive(Clone, Copy, Debug)]
pub struct Worker {
    pub id: WorkerId,
    /// Hard end of its invocation.
    pub lease_until: Timestamp,
}

/// The result of an attempt to claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claimed {
    /// The claimed messages, each with its number of earlier attempts. The progress must be written
    /// before a carrier is called.
    Block(Vec<(u8, u8)>),
    /// Another worker may be alive until this instant.
    HeldUntil(Timestamp),
    /// Only postponed messages remain, due at this instant.
    NothingBefore(Timestamp),
    /// Every message is settled.
    Finished,
}

/// Why the rest of a parcel is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The send has expired.
    Expired,
    /// The queue has reached its maximum receive count.
    Exhausted,
}

/// A parcel cannot be ended while another worker may be sending its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("another worker may hold the parcel until {until}")]
pub struct ClaimHeld {
    /// End of that worker's lease.
    pub until: Timestamp,
}

impl Progress {
    /// Creates the progress of a parcel without attempts.
    pub fn new(messages: usize) -> Self {
        let untried = MessageProgress { step: Step::Queued, attempts: 0, carrier: None, at_s: 0 };
        Self { messages: vec![untried; messages], claim: None, version: 0 }
    }

    /// Returns the number of writes; 0 before the first.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Returns the current claim.
    pub const fn claim(&self) -> Option<Claim> {
        self.claim
    }

    /// Returns the public state of each message.
    pub fn states(&self) -> impl ExactSizeIterator<Item = MessageState> {
        self.messages.iter().map(|message| message.step.state())
    }

    /// Whether any attempt was made or is in progress. Cancelled messages do not count.
    pub fn has_begun(&self) -> bool {
        self.claim.is_some()
            || self.messages.iter().any(|message| {
                !matches!(message.step, Step::Queued | Step::Settled(MessageState::Cancelled(_)))
            })
    }

    /// Returns the messages due for an attempt, in sending order: untried first, then longest wait
    /// first, so that no message starves.
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

    /// Returns the last carrier called for a message, and when; `None` before the first attempt.
    pub fn asked(&self, index: u8) -> Option<(CarrierName, Timestamp)> {
        let message = self.messages.get(usize::from(index))?;
        Some((message.carrier?, instant(message.at_s)))
    }

    /// Returns the number of attempts of a message.
    pub fn attempts(&self, index: u8) -> u8 {
        self.messages.get(usize::from(index)).map_or(0, |message| message.attempts & MOST_ATTEMPTS)
    }

    /// Claims the next block for one carrier: the first [`CLAIM_SIZE`] ready messages that `fits`
    /// accepts; none without a carrier. First marks a dead worker's messages in flight as unknown, and
    /// overdue messages as expired.
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
                // No ready message fits.
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

    /// Records a carrier's outcome for a message in flight; ignored for any other message. Each of the
    /// `carriers` available is tried once before the message has to wait.
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
            // The account is at fault: the message stays ready.
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

    /// Releases the claim once all outcomes are recorded.
    pub fn release_claim(&mut self) {
        self.settle_in_flight(MessageState::Unknown);
        self.claim = None;
    }

    /// Undoes the claim of a block that was never submitted: restores its messages.
    pub fn return_block(&mut self, before: &Self) {
        for (message, before) in self.messages.iter_mut().zip(&before.messages) {
            if message.step == Step::InFlight {
                *message = *before;
            }
        }
        self.claim = None;
    }

    /// Returns when the first postponed message accepted by `may_leave` is due.
    pub fn next_due(&self, may_leave: impl Fn(u8) -> bool) -> Option<Timestamp> {
        let waiting = (0_u8..)
            .zip(&self.messages)
            .filter(|(index, message)| message.step == Step::PutOff && may_leave(*index));
        waiting.map(|(_, message)| message.at_s).min().map(instant)
    }

    /// Whether a worker may hold the claim.
    pub fn is_claimed(&self, now: Timestamp) -> bool {
        self.claim.is_some_and(|claim| now < claim.lease_until)
    }

    /// Ends a message that no carrier accepted, after an opt-out.
    pub fn stop(&mut self, index: u8) {
        self.end_untaken(index, Cancellation::Stopped, FailureReason::OptedOut);
    }

    /// Ends a message that no carrier accepted, after an erasure.
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

    /// Advances one settled message after a status query. Returns whether anything changed.
    pub fn advance(&mut self, index: u8, to: MessageState) -> bool {
        let Some(message) = self.messages.get_mut(usize::from(index)) else { return false };
        let Step::Settled(state) = message.step else { return false };
        state.advance(to).is_ok_and(|after| {
            message.step = Step::Settled(after);
            true
        })
    }

    /// Whether a user may resend a message: by receipt it failed or its outcome is unknown, and no
    /// other send has resent it.
    pub fn can_be_taken_up(&self, index: u8, informed: MessageState) -> bool {
        self.messages.get(usize::from(index)).is_some_and(|message| {
            message.attempts & TAKEN_UP == 0
                && matches!(message.step, Step::Settled(_))
                && informed.may_not_have_arrived()
        })
    }

    /// Marks a message as resent.
    pub fn take_up(&mut self, index: u8) {
        if let Some(message) = self.messages.get_mut(usize::from(index)) {
            message.attempts |= TAKEN_UP;
        }
    }

    /// Cancels one untried message. Returns whether it was in time.
    pub fn cancel(&mut self, index: u8, reason: Cancellation) -> bool {
        let Some(message) = self.messages.get_mut(usize::from(index)) else { return false };
        let in_time = message.step == Step::Queued;
        if in_time {
            message.step = Step::Settled(MessageState::Cancelled(reason));
        }
        in_time
    }

    /// Ends an abandoned parcel: messages in flight become unknown, waiting messages get the final
    /// state of `end`. Returns whether anything changed.
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

    /// Increments the version; call once per write.
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
