//! Why a message did not reach its person.

use serde::{Deserialize, Serialize};

use crate::explain;

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
    /// The phone was off or out of reach for as long as the network tried.
    Unreachable,
    /// The network or a filter keeps texts from this phone.
    Blocked,
    /// The carrier could not hand it over in the time for which it was worth it.
    TooLate,
    /// The carrier does not send to this country for us.
    CountryClosed,
    /// Somebody whom it concerned was erased while it waited for another try; no carrier took it.
    Erased,
}

impl FailureReason {
    /// All of them, in the order of their stored codes: a new one goes to the end.
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

    /// Whether the number is at fault, so that another one is to be asked for. What a network does not explain may
    /// be its own fault.
    pub const fn is_of_the_number(self) -> bool {
        matches!(self, Self::InvalidNumber | Self::Unreachable | Self::Blocked)
    }

    /// The place in [`FailureReason::ALL`].
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
        "A fault of the service kept it from leaving, and no carrier was asked: send the message again.";
    Self::NeverReceived => "never_received",
        "Interrogé ensuite, l’opérateur répond qu’il n’a jamais reçu ce message : renvoyez-le.",
        "Asked afterwards, the carrier never received this message: send it again.";
    Self::Unreachable => "unreachable",
        "Le téléphone est resté éteint ou hors de portée : renvoyez le message ou appelez.",
        "The phone stayed off or out of reach: send the message again or call.";
    Self::Blocked => "blocked",
        "Le réseau ou un filtre bloque les SMS vers ce téléphone : joignez la personne autrement.",
        "The network or a filter blocks SMS to this phone: reach the person in another way.";
    Self::TooLate => "too_late",
        "L’opérateur n’a pas pu remettre le message à temps : renvoyez-le s’il est encore utile.",
        "The carrier could not hand the message over in time: send it again if it is still of use.";
    Self::CountryClosed => "country_closed",
        "L’opérateur n’envoie pas de SMS vers ce pays : demandez à l’exploitant du service de l’ouvrir.",
        "The carrier sends no SMS to this country: ask the operator of the service to open it.";
    Self::Erased => "erased",
        "Les données d’une personne concernée ont été effacées avant un nouvel essai.",
        "The data of somebody whom it concerned were erased before it was tried again.";
}
