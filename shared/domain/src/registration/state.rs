//! applied → confirmed (or refused) → suspended ⇄ confirmed → closed.

use serde::{Deserialize, Serialize};

use crate::language::{Explain, Language, Phrase};

/// The state of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegistrationState {
    /// Submitted; the operator has not decided.
    Applied,
    /// The school may fetch its licence and send.
    Confirmed,
    /// Refused by the operator; the school may apply again.
    Refused,
    /// Sending is barred until the operator resumes it.
    Suspended,
    /// Ended; the school may apply again.
    Closed,
}

impl RegistrationState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Applied, Self::Confirmed, Self::Refused, Self::Suspended, Self::Closed];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Applied => "applied",
            Self::Confirmed => "confirmed",
            Self::Refused => "refused",
            Self::Suspended => "suspended",
            Self::Closed => "closed",
        }
    }

    /// Returns the label for users, for an *inscription*.
    pub const fn label(self) -> Phrase {
        match self {
            Self::Applied => Phrase::fixed("en attente de confirmation", "waiting for confirmation"),
            Self::Confirmed => Phrase::fixed("confirmée", "confirmed"),
            Self::Refused => Phrase::fixed("refusée", "refused"),
            Self::Suspended => Phrase::fixed("suspendue", "suspended"),
            Self::Closed => Phrase::fixed("close", "closed"),
        }
    }

    /// Returns the state after a decision, if valid.
    pub const fn after(self, decision: Decision) -> Result<Self, IllegalDecision> {
        match (self, decision) {
            (Self::Applied, Decision::Confirm) | (Self::Suspended, Decision::Resume) => Ok(Self::Confirmed),
            (Self::Applied, Decision::Refuse) => Ok(Self::Refused),
            (Self::Confirmed, Decision::Suspend) => Ok(Self::Suspended),
            (Self::Confirmed | Self::Suspended, Decision::Close) => Ok(Self::Closed),
            _ => Err(IllegalDecision { state: self, decision }),
        }
    }

    /// Whether the school may submit a new application.
    pub const fn allows_a_new_application(self) -> bool {
        matches!(self, Self::Refused | Self::Closed)
    }
}

/// An operator's decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Decision {
    Confirm,
    Refuse,
    Suspend,
    Resume,
    Close,
}

impl Decision {
    /// All decisions.
    pub const ALL: [Self; 5] = [Self::Confirm, Self::Refuse, Self::Suspend, Self::Resume, Self::Close];

    /// Returns the word in the route, `/v1/operator/schools/{id}/confirm`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Refuse => "refuse",
            Self::Suspend => "suspend",
            Self::Resume => "resume",
            Self::Close => "close",
        }
    }

    /// Returns the label for users.
    pub const fn label(self) -> Phrase {
        match self {
            Self::Confirm => Phrase::fixed("Accepter l’inscription", "Accept an application"),
            Self::Refuse => Phrase::fixed("Refuser l’inscription", "Turn an application down"),
            Self::Suspend => Phrase::fixed(
                "Suspendre les envois de l’établissement",
                "Bar a confirmed school from sending",
            ),
            Self::Resume => Phrase::fixed("Lever la suspension", "Lift a suspension"),
            Self::Close => Phrase::fixed("Clore l’inscription", "End a registration"),
        }
    }
}

/// A decision that is invalid in this state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a registration that is {} cannot be decided on with {}", state.as_str(), decision.as_str())]
pub struct IllegalDecision {
    pub state: RegistrationState,
    pub decision: Decision,
}

impl Explain for IllegalDecision {
    fn code(&self) -> &'static str {
        "illegal_decision"
    }

    fn explain(&self) -> Phrase {
        let (state, decision) = (self.state.label(), self.decision.as_str());
        Phrase::new(
            format!(
                "L’inscription est {} : la décision {decision} n’est pas possible.",
                state.in_language(Language::French)
            ),
            format!(
                "The registration is {}: the decision {decision} is not possible.",
                state.in_language(Language::English)
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_moves_of_the_design_are_possible() {
        let mut moves = Vec::new();
        for state in RegistrationState::ALL {
            for decision in Decision::ALL {
                if let Ok(after) = state.after(decision) {
                    moves.push(format!("{} -{}-> {}", state.as_str(), decision.as_str(), after.as_str()));
                }
            }
        }
        assert_eq!(
            moves,
            [
                "applied -confirm-> confirmed",
                "applied -refuse-> refused",
                "confirmed -suspend-> suspended",
                "confirmed -close-> closed",
                "suspended -resume-> confirmed",
                "suspended -close-> closed",
            ]
        );
    }
}
