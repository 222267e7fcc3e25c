//! Binary encoding of progress: seven bytes per message, so that a parcel stays below the kilobyte of
//! one write unit.

use super::{Claim, MessageProgress, Progress, Step};
use crate::delivery::{Cancellation, CarrierName, FailureReason, MessageState};

/// Bytes that do not decode to message states.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid encoding of message states")]
pub struct ProgressDecodeError;

/// First code of failures, in the order of [`FailureReason::ALL`].
const FAILED: u8 = 16;
/// First code of cancellations, in the order of [`Cancellation::ALL`].
const CANCELLED: u8 = 64;

impl Step {
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
                MessageState::Failed(reason) => FAILED + reason.place(),
                MessageState::Cancelled(reason) => CANCELLED + place(&Cancellation::ALL, reason),
            },
        }
    }

    fn from_byte(byte: u8) -> Option<Self> {
        Some(Self::Settled(match byte {
            0 => return Some(Self::Queued),
            1 => return Some(Self::InFlight),
            2 => return Some(Self::PutOff),
            3 => MessageState::Scheduled,
            4 => MessageState::Queued,
            5 => MessageState::Sending,
            6 => MessageState::Sent,
            7 => MessageState::Delivered,
            8 => MessageState::Unknown,
            9 => MessageState::Expired,
            CANCELLED.. => MessageState::Cancelled(*Cancellation::ALL.get(usize::from(byte - CANCELLED))?),
            _ => MessageState::Failed(*FailureReason::ALL.get(usize::from(byte.checked_sub(FAILED)?))?),
        }))
    }
}

/// The place of a value in the list of all of them.
fn place<T: PartialEq>(all: &[T], value: T) -> u8 {
    let place = all.iter().position(|known| *known == value).expect("ALL has every value");
    u8::try_from(place).expect("fewer than 256 values")
}

/// The stored code of a carrier, from 1 in the order of [`CarrierName::ALL`]; 0 for none.
fn carrier_to_byte(carrier: Option<CarrierName>) -> u8 {
    carrier.map_or(0, |carrier| place(&CarrierName::ALL, carrier) + 1)
}

fn carrier_from_byte(byte: u8) -> Option<Option<CarrierName>> {
    let Some(place) = byte.checked_sub(1) else { return Some(None) };
    CarrierName::ALL.get(usize::from(place)).map(|carrier| Some(*carrier))
}

impl Progress {
    /// Encodes seven bytes per message: step, attempts, carrier, and the time of the next attempt or of
    /// the claim.
    pub fn encode_messages(&self) -> Vec<u8> {
        let encode = |message: &MessageProgress| {
            let [a, b, c, d] = message.at_s.to_be_bytes();
            [message.step.to_byte(), message.attempts, carrier_to_byte(message.carrier), a, b, c, d]
        };
        self.messages.iter().flat_map(encode).collect()
    }

    /// Decodes the stored bytes.
    pub fn decode(messages: &[u8], claim: Option<Claim>, version: u64) -> Result<Self, ProgressDecodeError> {
        let (messages, []) = messages.as_chunks::<7>() else { return Err(ProgressDecodeError) };
        let messages = messages
            .iter()
            .map(|[step, attempts, carrier, at @ ..]| {
                Some(MessageProgress {
                    step: Step::from_byte(*step)?,
                    attempts: *attempts,
                    carrier: carrier_from_byte(*carrier)?,
                    at_s: u32::from_be_bytes(*at),
                })
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(ProgressDecodeError)?;
        Ok(Self { messages, claim, version })
    }
}
