//! Why a message was called back before any carrier was asked.

use crate::explain;

/// Why a message does not leave although its send was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cancellation {
    /// Somebody cancelled the send.
    ByHand,
    /// What it told is no longer true: the absence was withdrawn.
    Withdrawn,
    /// Nobody of this identifier is in the directory any more.
    LeftTheDirectory,
    /// The person has another number now, or none.
    NumberChanged,
    /// The person no longer wants it.
    Unwanted,
    /// A court has decided meanwhile that the person is told nothing about the child.
    CourtDecision,
    /// At its hour the school could not send: its licence was over, or its registration suspended.
    SendingBarred,
    /// The owner of the number told us or a carrier to stop.
    Stopped,
    /// Somebody whom it concerned was erased.
    Erased,
}

impl Cancellation {
    /// All of them, in the order of their stored codes: a new one goes to the end.
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
        "The person's number changed after the send was prepared: make a new send to them.";
    Self::Unwanted => "unwanted",
        "Depuis la préparation de l’envoi, la personne a indiqué ne plus accepter ce type de SMS.",
        "The person no longer accepts this SMS since the send was prepared.";
    Self::CourtDecision => "no_contact",
        "Une décision de justice interdit désormais d’informer cette personne au sujet de cet enfant.",
        "A court decision has since forbidden telling this person about this child.";
    Self::SendingBarred => "sending_barred",
        "À l’heure prévue, l’établissement ne pouvait pas envoyer : licence expirée ou inscription suspendue.",
        "At its hour the school could not send: licence over or registration suspended.";
    Self::Stopped => "stopped",
        "Depuis la préparation de l’envoi, la personne a demandé à ne plus recevoir de SMS.",
        "The person asked for no more SMS since the send was prepared.";
    Self::Erased => "erased",
        "Les données d’une personne concernée ont été effacées avant le départ du SMS.",
        "The data of somebody whom it concerned were erased before the SMS left.";
}
