//! Why a message did not reach its person.

use serde::{Deserialize, Serialize};

use crate::language::{Explain, Phrase};

/// Why a carrier or a network turned a message down for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The carrier refused the number.
    InvalidNumber,
    /// The person told the carrier to stop.
    OptedOut,
    /// The carrier refused the text.
    Content,
    /// The carrier refused for a reason of its own.
    Refused,
    /// The network could not hand it over.
    Undelivered,
    /// Our own delivery failed again and again; no carrier was asked for this message.
    Exhausted,
    /// The carrier was asked afterwards and never received it.
    NeverReceived,
}

impl FailureReason {
    /// All of them, in the order of their stored codes: a new one goes to the end.
    pub const ALL: [Self; 7] = [
        Self::InvalidNumber,
        Self::OptedOut,
        Self::Content,
        Self::Refused,
        Self::Undelivered,
        Self::Exhausted,
        Self::NeverReceived,
    ];
}

impl Explain for FailureReason {
    fn code(&self) -> &'static str {
        match self {
            Self::InvalidNumber => "invalid_number",
            Self::OptedOut => "opted_out",
            Self::Content => "content",
            Self::Refused => "refused",
            Self::Undelivered => "undelivered",
            Self::Exhausted => "exhausted",
            Self::NeverReceived => "never_received",
        }
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::InvalidNumber => Phrase::fixed(
                "L’opérateur a refusé le numéro : vérifiez-le auprès de la famille.",
                "The carrier refused the number: check it with the family.",
            ),
            Self::OptedOut => Phrase::fixed(
                "La personne a demandé à l’opérateur de ne plus recevoir de SMS.",
                "The person asked the carrier for no more SMS.",
            ),
            Self::Content => Phrase::fixed("L’opérateur a refusé le texte.", "The carrier refused the text."),
            Self::Refused => {
                Phrase::fixed("L’opérateur a refusé le message.", "The carrier refused the message.")
            }
            Self::Undelivered => Phrase::fixed(
                "Le réseau n’a pas pu remettre le message au téléphone.",
                "The network could not hand the message to the phone.",
            ),
            Self::Exhausted => Phrase::fixed(
                "Une panne du service a empêché l’envoi, et aucun opérateur n’a été sollicité : renvoyez le message.",
                "A fault of the service kept it from leaving, and no carrier was asked: send the message again.",
            ),
            Self::NeverReceived => Phrase::fixed(
                "Interrogé ensuite, l’opérateur répond qu’il n’a jamais reçu ce message : renvoyez-le.",
                "Asked afterwards, the carrier never received this message: send it again.",
            ),
        }
    }
}
