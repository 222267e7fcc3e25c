//! Why a message was cancelled before submission to a carrier.

use crate::explain;

/// Reason for cancelling a message of an accepted send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cancellation {
    /// A user cancelled the send.
    ByHand,
    /// The absence was withdrawn.
    Withdrawn,
    /// The directory no longer holds this person id.
    LeftTheDirectory,
    /// The number was replaced or removed.
    NumberChanged,
    /// The person no longer accepts this SMS.
    Unwanted,
    /// A court decision now forbids contact about the child.
    CourtDecision,
    /// When due, the licence had expired or the registration was suspended.
    SendingBarred,
    /// The number's owner opted out with us or with a carrier.
    Stopped,
    /// A person concerned by the message was erased.
    Erased,
}

impl Cancellation {
    /// All reasons, in the order of their stored codes; append new ones.
    pub const ALL: [Self; 9] = [
        Self::ByHand,
        Self::Withdrawn,
        Self::LeftTheDirectory,
        Self::NumberChanged,
        Self::Unwanted,
        Self::CourtDecision,
        Self::SendingBarred,
        Self::Stopped,
        Self::Erased,
    ];
}

explain! {
    Cancellation:
    Self::ByHand => "cancelled",
        "L’envoi a été annulé avant de partir.",
        "The send was cancelled before it left.";
    Self::Withdrawn => "withdrawn",
        "L’absence a été annulée pendant le délai de retrait.",
        "The absence was withdrawn within the recall window.";
    Self::LeftTheDirectory => "left_the_directory",
        "La personne n’est plus dans l’annuaire.",
        "The person is no longer in the directory.";
    Self::NumberChanged => "number_changed",
        "Le numéro de la personne a changé depuis que l’envoi a été préparé : faites-lui un nouvel envoi.",
        "The person's number changed after the send was prepared: create a new send to them.";
    Self::Unwanted => "unwanted",
        "Depuis la préparation de l’envoi, la personne a indiqué ne plus accepter ce type de SMS.",
        "The person no longer accepts this SMS since the send was prepared.";
    Self::CourtDecision => "no_contact",
        "Une décision de justice interdit désormais d’informer cette personne au sujet de cet enfant.",
        "A court decision has since forbidden contacting this person about this child.";
    Self::SendingBarred => "sending_barred",
        "À l’heure prévue, l’établissement ne pouvait pas envoyer : licence expirée ou inscription suspendue.",
        "When the send was due, the school could not send: licence expired or registration suspended.";
    Self::Stopped => "stopped",
        "Depuis la préparation de l’envoi, la personne a demandé à ne plus recevoir de SMS.",
        "The person asked for no more SMS since the send was prepared.";
    Self::Erased => "erased",
        "Les données d’une personne concernée ont été effacées avant le départ du SMS.",
        "The data of a person concerned were erased before the SMS left.";
}
