//! What became of a message. States only move forward.

use super::{Cancellation, FailureReason};
use crate::language::{Explain, Phrase};

/// The life of a message:
/// `scheduled → queued → sending → sent → delivered`, or `failed`, `unknown`, `expired`,
/// `cancelled`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageState {
    /// Its hour has not come.
    Scheduled,
    /// On its way to a carrier.
    Queued,
    /// A carrier is being asked, or will be asked again.
    Sending,
    /// A carrier accepted it.
    Sent,
    /// The network handed it over.
    Delivered,
    /// It will not arrive.
    Failed(FailureReason),
    /// A carrier may have accepted it; it is never sent again by itself.
    Unknown,
    /// It was not worth sending any more.
    Expired,
    /// It was called back in time.
    Cancelled(Cancellation),
}

impl MessageState {
    /// The name that the API uses.
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

    /// The names of all states, in the order of a message's life.
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

    /// What people call it.
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

    /// Why it came to nothing, where there is a reason to tell.
    pub fn reason(&self) -> Option<&dyn Explain> {
        match self {
            Self::Failed(reason) => Some(reason),
            Self::Cancelled(reason) => Some(reason),
            _ => None,
        }
    }

    /// Whether a carrier is still to be asked.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Scheduled | Self::Queued | Self::Sending)
    }

    /// Whether it did not arrive, or nobody knows, and its person may still want it.
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

    /// Whether no carrier ever took it, so that it is refunded.
    pub const fn was_never_sent(self) -> bool {
        match self {
            Self::Expired | Self::Cancelled(_) => true,
            // The network failed after a carrier had taken it.
            Self::Failed(reason) => !matches!(reason, FailureReason::Undelivered),
            Self::Scheduled | Self::Queued | Self::Sending | Self::Sent | Self::Delivered | Self::Unknown => {
                false
            }
        }
    }

    /// The state after a move, if that move leads forward.
    ///
    /// A message that is unknown may turn out to be sent, delivered or failed; one that was sent
    /// may be delivered or fail on the network. Nothing leads back to a carrier.
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
    /// Where it is.
    pub from: MessageState,
    /// Where it was to go.
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
