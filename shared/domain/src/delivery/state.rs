//! The state of a message. States only move forward.

use super::{Cancellation, FailureReason};
use crate::language::{Explain, Phrase};

/// The life of a message:
/// `scheduled → queued → sending → sent → delivered`, or `failed`, `unknown`, `expired`,
/// `cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Not due yet.
    Scheduled,
    /// Waiting for submission to a carrier.
    Queued,
    /// Being submitted, or waiting for a retry.
    Sending,
    /// A carrier accepted it.
    Sent,
    /// Delivered to the phone.
    Delivered,
    Failed(FailureReason),
    /// A carrier may have accepted it; never resent automatically.
    Unknown,
    /// The validity period ended before submission.
    Expired,
    Cancelled(Cancellation),
}

impl MessageState {
    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed(_) => "failed",
            Self::Unknown => "unknown",
            Self::Expired => "expired",
            Self::Cancelled(_) => "cancelled",
        }
    }

    /// The names of all states, in lifecycle order.
    pub const NAMES: [&'static str; 9] = [
        Self::Scheduled.as_str(),
        Self::Queued.as_str(),
        Self::Sending.as_str(),
        Self::Sent.as_str(),
        Self::Delivered.as_str(),
        "failed",
        Self::Unknown.as_str(),
        Self::Expired.as_str(),
        "cancelled",
    ];

    /// Returns the label for users.
    pub const fn label(self) -> Phrase {
        match self {
            Self::Scheduled => Phrase::fixed("programmé", "scheduled"),
            Self::Queued => Phrase::fixed("en attente", "queued"),
            Self::Sending => Phrase::fixed("en cours d’envoi", "being sent"),
            Self::Sent => Phrase::fixed("envoyé", "sent"),
            Self::Delivered => Phrase::fixed("remis", "delivered"),
            Self::Failed(_) => Phrase::fixed("échec", "failed"),
            Self::Unknown => Phrase::fixed("sort inconnu", "unknown"),
            Self::Expired => Phrase::fixed("périmé", "expired"),
            Self::Cancelled(_) => Phrase::fixed("annulé", "cancelled"),
        }
    }

    /// Returns the reason of a failure or cancellation.
    pub fn reason(&self) -> Option<&dyn Explain> {
        match self {
            Self::Failed(reason) => Some(reason),
            Self::Cancelled(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether submission to a carrier is pending.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::Queued | Self::Sending)
    }

    /// Whether it failed or its outcome is unknown, so that a resend may be useful.
    pub const fn may_not_have_arrived(self) -> bool {
        matches!(
            self,
            Self::Unknown
                | Self::Expired
                | Self::Failed(
                    FailureReason::Exhausted
                        | FailureReason::NeverReceived
                        | FailureReason::Refused
                        | FailureReason::Undelivered
                        | FailureReason::Unreachable
                        | FailureReason::TooLate
                )
        )
    }

    /// Whether no carrier ever accepted it, so that it is refunded.
    pub const fn was_never_sent(self) -> bool {
        match self {
            Self::Expired | Self::Cancelled(_) => true,
            // These network failures follow a carrier's acceptance.
            Self::Failed(reason) => !matches!(reason, FailureReason::Undelivered),
            Self::Scheduled | Self::Queued | Self::Sending | Self::Sent | Self::Delivered | Self::Unknown => {
                false
            }
        }
    }

    /// Advances to a state, if the move leads forward.
    ///
    /// An unknown message may become sent, delivered or failed; a sent one may be delivered or fail on
    /// the network. Nothing leads back to submission.
    pub fn advance(self, to: Self) -> Result<Self, IllegalMove> {
        use MessageState::*;
        let forward = match self {
            Scheduled => matches!(to, Queued | Expired | Cancelled(_)),
            Queued => matches!(to, Sending | Failed(_) | Expired | Cancelled(_)),
            Sending => matches!(to, Sent | Delivered | Failed(_) | Unknown | Expired),
            Unknown => matches!(to, Sent | Delivered | Failed(_)),
            Sent => matches!(to, Delivered | Failed(_)),
            Delivered | Failed(_) | Expired | Cancelled(_) => false,
        };
        if forward { Ok(to) } else { Err(IllegalMove { from: self, to }) }
    }
}

/// A move that does not lead forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message that is {} cannot become {}", from.as_str(), to.as_str())]
pub struct IllegalMove {
    pub from: MessageState,
    pub to: MessageState,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use MessageState::*;

    const STATES: [MessageState; 9] = [
        Scheduled,
        Queued,
        Sending,
        Sent,
        Delivered,
        Failed(FailureReason::Refused),
        Unknown,
        Expired,
        Cancelled(Cancellation::ByHand),
    ];

    #[test]
    fn the_moves_of_the_design_and_no_others_are_possible() {
        let moves: Vec<String> = STATES
            .iter()
            .flat_map(|from| STATES.iter().map(move |to| (*from, *to)))
            .filter(|(from, to)| from.advance(*to).is_ok())
            .map(|(from, to)| format!("{}→{}", from.as_str(), to.as_str()))
            .collect();
        assert_eq!(
            moves.join(" "),
            "scheduled→queued scheduled→expired scheduled→cancelled \
             queued→sending queued→failed queued→expired queued→cancelled \
             sending→sent sending→delivered sending→failed sending→unknown sending→expired \
             sent→delivered sent→failed \
             unknown→sent unknown→delivered unknown→failed"
        );
    }

    proptest! {
        #[test]
        fn no_walk_ever_comes_back_to_a_state(walk in proptest::collection::vec(0_usize..9, 0..40)) {
            let mut state = Scheduled;
            let mut visited = vec![state];
            for next in walk {
                if let Ok(after) = state.advance(STATES[next]) {
                    prop_assert!(!visited.contains(&after));
                    visited.push(after);
                    state = after;
                }
            }
        }
    }
}
