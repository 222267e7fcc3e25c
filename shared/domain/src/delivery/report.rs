//! What a carrier tells by itself, after a message was handed over.

use jiff::Timestamp;

use super::CarrierName;
use crate::{delivery::Receipt, explain, id::MessageId, phone::PhoneNumber};

/// What a carrier tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// What became of a message.
    Receipt(About, Receipt),
    /// What a person answered.
    Reply(Reply),
}

/// The message that a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum About {
    /// By our own name.
    Message(MessageId),
    /// By the carrier's name only: which message it is must be looked up.
    CarrierId(CarrierName, String),
}

/// A text that a person sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Who brought it.
    pub carrier: CarrierName,
    /// The carrier's name for it, the same in every repetition.
    pub id: String,
    /// Whose phone.
    pub from: PhoneNumber,
    /// The text.
    pub text: String,
    /// The message that it answers, if the carrier knows.
    pub answers: Option<About>,
    /// When it came, as far as the carrier tells.
    pub at: Option<Timestamp>,
}

/// Something that came as a report and is none. It never holds what came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// It cannot be read at all.
    #[error("cannot be read as a report of this carrier")]
    Unreadable,
    /// A field is missing, or has a value that the contract does not know.
    #[error("is not what the contract with this carrier says")]
    OffTheContract,
    /// It names no message of ours.
    #[error("names no message of this service")]
    NotOurs,
}

explain! {
    NotAReport:
    Self::Unreadable => "unreadable_report",
        "Ce corps est illisible : comparez-le au contrat de l’opérateur.",
        "This body cannot be read: compare it with the carrier’s contract.";
    Self::OffTheContract => "report_off_the_contract",
        "Un champ manque, ou sa valeur n’existe pas dans le contrat : comparez ce corps au contrat de l’opérateur.",
        "A field is missing, or its value does not exist in the contract: compare this body with the carrier’s contract.";
    Self::NotOurs => "report_of_no_message",
        "Cette référence ne nomme aucun message de ce service : rendez-la telle qu’elle a été reçue.",
        "This reference names no message of this service: give it back as it was received.";
}
