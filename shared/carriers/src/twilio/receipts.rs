//! Codes of Twilio's receipts (<https://www.twilio.com/docs/api/errors>).

use crate::{ReceiptVerdict, verdict::told};
use domain::delivery::{FailureReason, Receipt};

/// The values of `MessageStatus`, and the values of `ErrorCode` that explain a failure.
pub const RECEIPTS: &[ReceiptVerdict] = &[
    told(
        "accepted",
        Some(Receipt::OnItsWay),
        "Twilio a pris le message et lui cherche un expéditeur.",
        "Twilio took the message and looks for a sender.",
    ),
    told(
        "scheduled",
        Some(Receipt::OnItsWay),
        "Twilio garde le message pour plus tard.",
        "Twilio keeps the message for later.",
    ),
    told("queued", Some(Receipt::OnItsWay), "Le message attend chez Twilio.", "The message waits at Twilio."),
    told(
        "sending",
        Some(Receipt::OnItsWay),
        "Twilio remet le message au réseau.",
        "Twilio hands the message to the network.",
    ),
    told("sent", Some(Receipt::OnItsWay), "Le réseau a pris le message.", "The network took the message."),
    told(
        "delivered",
        Some(Receipt::Delivered),
        "Le téléphone a reçu le message.",
        "The phone received the message.",
    ),
    told(
        "read",
        Some(Receipt::Delivered),
        "La personne a ouvert le message.",
        "The person opened the message.",
    ),
    told(
        "partially_delivered",
        None,
        "Une partie seulement des destinataires a reçu le message.",
        "Only some of the recipients received the message.",
    ),
    told(
        "undelivered",
        Some(Receipt::Failed(FailureReason::Undelivered)),
        "Le réseau n’a pas remis le message.",
        "The network did not hand the message over.",
    ),
    told(
        "failed",
        Some(Receipt::Failed(FailureReason::Undelivered)),
        "Twilio n’a pas pu envoyer le message.",
        "Twilio could not send the message.",
    ),
    told(
        "canceled",
        Some(Receipt::Failed(FailureReason::Refused)),
        "Le message a été annulé chez Twilio.",
        "The message was cancelled at Twilio.",
    ),
    told("receiving", None, "Twilio reçoit une réponse.", "Twilio receives a reply."),
    told("received", None, "Twilio a reçu une réponse.", "Twilio received a reply."),
    told(
        "21610",
        Some(Receipt::Failed(FailureReason::OptedOut)),
        "La personne a répondu STOP à Twilio.",
        "The person replied STOP to Twilio.",
    ),
    told(
        "30001",
        Some(Receipt::Failed(FailureReason::Undelivered)),
        "La file d’attente de Twilio a débordé.",
        "Twilio’s queue overflowed.",
    ),
    told(
        "30002",
        Some(Receipt::Failed(FailureReason::Refused)),
        "Le compte Twilio a été suspendu avant l’envoi.",
        "The Twilio account was suspended before the message left.",
    ),
    told(
        "30003",
        Some(Receipt::Failed(FailureReason::Unreachable)),
        "Le téléphone est éteint ou hors de portée.",
        "The phone is off or out of reach.",
    ),
    told(
        "30004",
        Some(Receipt::Failed(FailureReason::Blocked)),
        "Le téléphone ou son réseau bloque les messages.",
        "The phone or its network blocks messages.",
    ),
    told(
        "30005",
        Some(Receipt::Failed(FailureReason::InvalidNumber)),
        "Le numéro est inconnu ou n’est plus en service.",
        "The number is unknown or out of service.",
    ),
    told(
        "30006",
        Some(Receipt::Failed(FailureReason::InvalidNumber)),
        "Le numéro est celui d’un poste fixe ou d’un réseau injoignable.",
        "The number is that of a landline or of a network out of reach.",
    ),
    told(
        "30007",
        Some(Receipt::Failed(FailureReason::Blocked)),
        "Un filtre de Twilio ou du réseau a retenu le message.",
        "A filter of Twilio’s or of the network held the message back.",
    ),
    told(
        "30008",
        Some(Receipt::Failed(FailureReason::Undelivered)),
        "Le réseau n’a pas remis le message et ne dit pas pourquoi.",
        "The network did not hand the message over and does not say why.",
    ),
    told(
        "30036",
        Some(Receipt::Failed(FailureReason::TooLate)),
        "Le message n’est pas parti avant la fin de sa validité.",
        "The message did not leave before its validity ended.",
    ),
];
