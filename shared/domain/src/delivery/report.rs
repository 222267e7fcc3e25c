//! Carriers' asynchronous reports: receipts and replies.

use jiff::Timestamp;

use super::CarrierName;
use crate::{delivery::Receipt, explain, id::MessageId, phone::PhoneNumber};

/// An asynchronous report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Report {
    /// The status of a message.
    Receipt(About, Receipt),
    /// An inbound SMS.
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

/// An inbound SMS from a recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    pub carrier: CarrierName,
    /// The carrier's id, stable over repeated deliveries.
    pub id: String,
    pub from: PhoneNumber,
    pub text: String,
    /// The message answered, if the carrier reports it.
    pub answers: Option<About>,
    /// When it was received, if the carrier reports it.
    pub at: Option<Timestamp>,
}

/// An invalid report. Never carries the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAReport {
    /// Cannot be parsed.
    #[error("cannot be parsed as a report of this carrier")]
    Unreadable,
    /// A field is missing or has a value unknown to the contract.
    #[error("violates the contract with this carrier")]
    OffTheContract,
    /// References no message of this service.
    #[error("references no message of this service")]
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
