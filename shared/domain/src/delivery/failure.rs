//! Why a message failed.

use serde::{Deserialize, Serialize};

use crate::explain;

/// Reason for the permanent failure of a message, by a carrier or a network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    InvalidNumber,
    /// The carrier recorded an opt-out.
    OptedOut,
    Content,
    /// The carrier refused for another reason.
    Refused,
    /// The network could not deliver.
    Undelivered,
    /// Our own delivery failed repeatedly; never submitted to a carrier.
    Exhausted,
    /// A status query showed that the carrier never received it.
    NeverReceived,
    /// The phone was off or out of coverage for the network's whole retry period.
    Unreachable,
    /// The network or a filter blocks texts to this phone.
    Blocked,
    /// The carrier could not deliver within the validity period.
    TooLate,
    /// The carrier does not serve this country for our account.
    CountryClosed,
    /// A person concerned was erased before a retry; no carrier accepted it.
    Erased,
}

impl FailureReason {
    /// All reasons, in the order of their stored codes; append new ones.
    pub const ALL: [Self; 12] = [
        Self::InvalidNumber,
        Self::OptedOut,
        Self::Content,
        Self::Refused,
        Self::Undelivered,
        Self::Exhausted,
        Self::NeverReceived,
        Self::Unreachable,
        Self::Blocked,
        Self::TooLate,
        Self::CountryClosed,
        Self::Erased,
    ];

    /// Whether the number itself is at fault and should be checked. Unexplained network failures do not
    /// count: the network may be at fault.
    pub const fn is_of_the_number(self) -> bool {
        matches!(self, Self::InvalidNumber | Self::Unreachable | Self::Blocked)
    }

    /// Returns the index in [`FailureReason::ALL`].
    pub(super) fn place(self) -> u8 {
        let place = Self::ALL.iter().position(|known| *known == self).expect("ALL has every reason");
        u8::try_from(place).expect("there are fewer than 48 reasons")
    }
}

explain! {
    FailureReason:
    Self::InvalidNumber => "invalid_number",
        "L’opérateur a refusé le numéro : vérifiez-le auprès de la famille.",
        "The carrier refused the number: check it with the family.";
    Self::OptedOut => "opted_out",
        "La personne a demandé à l’opérateur de ne plus recevoir de SMS.",
        "The person asked the carrier for no more SMS.";
    Self::Content => "content",
        "L’opérateur a refusé le texte.",
        "The carrier refused the text.";
    Self::Refused => "refused",
        "L’opérateur a refusé le message.",
        "The carrier refused the message.";
    Self::Undelivered => "undelivered",
        "Le réseau n’a pas pu remettre le message au téléphone.",
        "The network could not hand the message to the phone.";
    Self::Exhausted => "exhausted",
        "Une panne du service a empêché l’envoi, et aucun opérateur n’a été sollicité : renvoyez le message.",
        "A service fault prevented submission to any carrier: resend the message.";
    Self::NeverReceived => "never_received",
        "Interrogé ensuite, l’opérateur répond qu’il n’a jamais reçu ce message : renvoyez-le.",
        "A status query showed that the carrier never received this message: resend it.";
    Self::Unreachable => "unreachable",
        "Le téléphone est resté éteint ou hors de portée : renvoyez le message ou appelez.",
        "The phone stayed off or out of reach: resend the message or call.";
    Self::Blocked => "blocked",
        "Le réseau ou un filtre bloque les SMS vers ce téléphone : joignez la personne autrement.",
        "The network or a filter blocks SMS to this phone: reach the person in another way.";
    Self::TooLate => "too_late",
        "L’opérateur n’a pas pu remettre le message à temps : renvoyez-le s’il est encore utile.",
        "The carrier could not deliver the message in time: resend it if it is still useful.";
    Self::CountryClosed => "country_closed",
        "L’opérateur n’envoie pas de SMS vers ce pays : demandez à l’exploitant du service de l’ouvrir.",
        "The carrier sends no SMS to this country: ask the operator of the service to open it.";
    Self::Erased => "erased",
        "Les données d’une personne concernée ont été effacées avant un nouvel essai.",
        "The data of a person concerned were erased before a retry.";
}
