//! What carriers told of messages after they took them.
//!
//! Receipts come late, twice and in any order, some before the send's own record. So they are kept apart
//! from the progress of a parcel, and joined: of two receipts the one that says more stands, whichever came
//! first, and what stands never changes back.

use super::{FailureReason, MessageState};

/// What a carrier told of one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Receipt {
    /// The carrier has it and is at it.
    OnItsWay,
    /// It will not arrive.
    Failed(FailureReason),
    /// The phone has it.
    Delivered,
}

impl Receipt {
    /// What two receipts of one message say together. That a phone has a text is the strongest word: it
    /// outweighs a failure of another part or an earlier try. Of two failures the later in the list of
    /// reasons stands, so that the order in which they came does not matter.
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

/// The receipts of one parcel, by the place of the message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Receipts(Vec<Option<Receipt>>);

/// Bytes that are no receipts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the receipts of a parcel")]
pub struct ReceiptsDecodeError;

/// Stored codes: no receipt, then these, and failures from here in the order of [`FailureReason::ALL`].
const NONE: u8 = 0;
const ON_ITS_WAY: u8 = 1;
const DELIVERED: u8 = 2;
const FAILED: u8 = 16;

impl Receipts {
    /// The receipt of one message.
    pub fn of(&self, index: u8) -> Option<Receipt> {
        self.0.get(usize::from(index)).copied().flatten()
    }

    /// Joins one more. Tells whether that changed anything.
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

    /// One byte for each message up to the last one with a receipt.
    pub fn encode(&self) -> Vec<u8> {
        let byte = |receipt: &Option<Receipt>| match receipt {
            None => NONE,
            Some(Receipt::OnItsWay) => ON_ITS_WAY,
            Some(Receipt::Delivered) => DELIVERED,
            Some(Receipt::Failed(reason)) => FAILED + reason.place(),
        };
        self.0.iter().map(byte).collect()
    }

    /// Reads back what was stored.
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
    /// The state of a message with what its carrier told of it. A receipt counts once our own record of
    /// the handover is written: while a carrier may still be asked, the state is ours.
    pub const fn informed_by(self, receipt: Option<Receipt>) -> Self {
        match (self, receipt) {
            (Self::Sent | Self::Unknown | Self::Failed(_) | Self::Expired, Some(Receipt::Delivered)) => {
                Self::Delivered
            }
            (
                Self::Sent | Self::Unknown | Self::Failed(FailureReason::NeverReceived),
                Some(Receipt::Failed(reason)),
            ) => Self::Failed(reason),
            // It said that it never got the message, and now tells of it.
            (Self::Unknown | Self::Failed(FailureReason::NeverReceived), Some(Receipt::OnItsWay)) => {
                Self::Sent
            }
            // It said "try later" and has it all the same: whoever sends it again must know.
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
