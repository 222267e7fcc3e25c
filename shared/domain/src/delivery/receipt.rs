//! Delivery receipts: carriers' reports on accepted messages.
//!
//! Receipts arrive late, duplicated and in any order, some before the send's own record. They are
//! therefore stored apart from a parcel's progress and merged with a commutative join: the stronger
//! receipt wins, and never reverts.

use super::{FailureReason, MessageState};

/// A carrier's report on one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Receipt {
    /// In transit.
    OnItsWay,
    Failed(FailureReason),
    /// Delivered to the phone.
    Delivered,
}

impl Receipt {
    /// Merges two receipts of one message. `Delivered` is strongest: it outweighs the failure of
    /// another segment or of an earlier attempt. Of two failures the later in the list of reasons wins,
    /// so that the order of arrival does not matter.
    pub fn join(self, other: Self) -> Self {
        if other.weight() > self.weight() { other } else { self }
    }

    fn weight(self) -> u8 {
        match self {
            Self::OnItsWay => 0,
            Self::Failed(reason) => 1 + reason.place(),
            Self::Delivered => u8::MAX,
        }
    }
}

/// The receipts of one parcel, by message index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipts(Vec<Option<Receipt>>);

/// Bytes that do not decode to receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("invalid encoding of receipts")]
pub struct ReceiptsDecodeError;

/// Stored codes: no receipt, the receipts below, and failures in the order of [`FailureReason::ALL`].
const NONE: u8 = 0;
const ON_ITS_WAY: u8 = 1;
const DELIVERED: u8 = 2;
const FAILED: u8 = 16;

impl Receipts {
    /// Returns the receipt of one message.
    pub fn of(&self, index: u8) -> Option<Receipt> {
        self.0.get(usize::from(index)).copied().flatten()
    }

    /// Merges one receipt. Returns whether anything changed.
    pub fn add(&mut self, index: u8, receipt: Receipt) -> bool {
        let place = usize::from(index);
        if self.0.len() <= place {
            self.0.resize(place + 1, None);
        }
        let joined = self.0[place].map_or(receipt, |known| known.join(receipt));
        let changed = self.0[place] != Some(joined);
        self.0[place] = Some(joined);
        changed
    }

    /// Encodes one byte per message, up to the last one with a receipt.
    pub fn encode(&self) -> Vec<u8> {
        let byte = |receipt: &Option<Receipt>| match receipt {
            None => NONE,
            Some(Receipt::OnItsWay) => ON_ITS_WAY,
            Some(Receipt::Delivered) => DELIVERED,
            Some(Receipt::Failed(reason)) => FAILED + reason.place(),
        };
        self.0.iter().map(byte).collect()
    }

    /// Decodes the stored bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, ReceiptsDecodeError> {
        let receipt = |byte: &u8| {
            Ok(match *byte {
                NONE => None,
                ON_ITS_WAY => Some(Receipt::OnItsWay),
                DELIVERED => Some(Receipt::Delivered),
                byte => {
                    let place = byte.checked_sub(FAILED).ok_or(ReceiptsDecodeError)?;
                    let reason = FailureReason::ALL.get(usize::from(place)).ok_or(ReceiptsDecodeError)?;
                    Some(Receipt::Failed(*reason))
                }
            })
        };
        Ok(Self(bytes.iter().map(receipt).collect::<Result<_, _>>()?))
    }
}

impl MessageState {
    /// Combines a message's state with its receipt. A receipt counts only once our own outcome is
    /// recorded: while an attempt is pending, our state stands.
    pub const fn informed_by(self, receipt: Option<Receipt>) -> Self {
        match (self, receipt) {
            (Self::Sent | Self::Unknown | Self::Failed(_) | Self::Expired, Some(Receipt::Delivered)) => {
                Self::Delivered
            }
            (
                Self::Sent | Self::Unknown | Self::Failed(FailureReason::NeverReceived),
                Some(Receipt::Failed(reason)),
            ) => Self::Failed(reason),
            // Reported as never received, yet now a receipt arrives.
            (Self::Unknown | Self::Failed(FailureReason::NeverReceived), Some(Receipt::OnItsWay)) => {
                Self::Sent
            }
            // The carrier answered "try later" but accepted it: a resend must take this into account.
            (Self::Expired | Self::Failed(FailureReason::Exhausted), Some(Receipt::OnItsWay)) => {
                Self::Unknown
            }
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_receipt() -> impl Strategy<Value = Receipt> {
        prop_oneof![
            Just(Receipt::OnItsWay),
            Just(Receipt::Delivered),
            proptest::sample::select(FailureReason::ALL.to_vec()).prop_map(Receipt::Failed),
        ]
    }

    proptest! {
        #[test]
        fn the_order_and_number_of_receipts_do_not_matter(
            mut receipts in proptest::collection::vec((0_u8..4, any_receipt()), 0..20),
            again in proptest::collection::vec(0_usize..20, 0..20),
        ) {
            let joined = |receipts: &[(u8, Receipt)]| {
                let mut joined = Receipts::default();
                for (index, receipt) in receipts {
                    joined.add(*index, *receipt);
                }
                (0..4).map(|index| joined.of(index)).collect::<Vec<_>>()
            };
            let first = joined(&receipts);
            let repeated: Vec<_> = again.iter().filter_map(|place| receipts.get(*place).copied()).collect();
            receipts.reverse();
            receipts.extend(repeated);
            prop_assert_eq!(joined(&receipts), first);
        }

        #[test]
        fn receipts_read_back_from_their_bytes(
            receipts in proptest::collection::vec((0_u8..100, any_receipt()), 0..40),
        ) {
            let mut kept = Receipts::default();
            for (index, receipt) in receipts {
                kept.add(index, receipt);
            }
            prop_assert_eq!(Receipts::decode(&kept.encode()), Ok(kept));
        }
    }

    #[test]
    fn the_same_receipt_again_changes_nothing() {
        let mut receipts = Receipts::default();
        assert!(receipts.add(3, Receipt::OnItsWay));
        assert!(!receipts.add(3, Receipt::OnItsWay));
        assert!(receipts.add(3, Receipt::Delivered));
        assert!(!receipts.add(3, Receipt::Failed(FailureReason::Undelivered)));
        assert_eq!(Receipts::decode(&[3]), Err(ReceiptsDecodeError));
        assert_eq!(Receipts::decode(&[255]), Err(ReceiptsDecodeError));
    }

    #[test]
    fn a_receipt_never_touches_a_message_that_may_still_be_handed_over() {
        use MessageState::{Queued, Scheduled, Sending};
        for state in [Scheduled, Queued, Sending] {
            for receipt in
                [Receipt::OnItsWay, Receipt::Delivered, Receipt::Failed(FailureReason::Undelivered)]
            {
                assert_eq!(state.informed_by(Some(receipt)), state);
            }
        }
    }
}
