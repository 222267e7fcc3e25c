//! Statuses and reasons of the bridge contract.

use super::contract::BridgeRefusal;
use crate::{
    ReceiptVerdict, Verdicts,
    https::Answered,
    verdict::{told, verdict},
};
use domain::delivery::{CarrierName, FailureReason, Outcome, Receipt};

/// The statuses that do not accept the message. Any other outside 2xx leaves it unknown.
pub const VERDICTS: Verdicts = Verdicts(&[
    verdict(
        "HTTP 400",
        Outcome::Refused(FailureReason::Refused),
        "La passerelle refuse la demande.",
        "The bridge refuses the request.",
    ),
    verdict(
        "HTTP 401",
        Outcome::Halt,
        "La passerelle n’accepte pas notre signature : comparez les clés, puis reprenez la remise.",
        "The bridge does not accept our signature: compare the keys, then resume delivery.",
    ),
    verdict(
        "HTTP 403",
        Outcome::Halt,
        "La passerelle ne nous permet pas d’envoyer : réglez-le avec son exploitant, puis reprenez la remise.",
        "The bridge does not let us send: settle it with its operator, then resume delivery.",
    ),
    verdict(
        "HTTP 404",
        Outcome::Halt,
        "Rien ne répond à l’adresse de la passerelle : vérifiez-la, puis reprenez la remise.",
        "Nothing answers at the bridge’s address: check it, then resume delivery.",
    ),
    verdict(
        "HTTP 405",
        Outcome::Halt,
        "L’adresse n’est pas celle d’une passerelle : vérifiez-la, puis reprenez la remise.",
        "The address is not that of a bridge: check it, then resume delivery.",
    ),
    verdict(
        "HTTP 408",
        Outcome::TryLater,
        "La passerelle n’a pas reçu la demande à temps : le message est présenté de nouveau plus tard.",
        "The bridge did not receive the request in time: the message is retried later.",
    ),
    verdict(
        "HTTP 413",
        Outcome::Refused(FailureReason::Refused),
        "La passerelle juge la demande trop longue.",
        "The bridge considers the request too long.",
    ),
    verdict(
        "HTTP 422",
        Outcome::Refused(FailureReason::Refused),
        "La passerelle refuse le message, avec une raison si elle en donne une.",
        "The bridge refuses the message, with an optional reason.",
    ),
    verdict(
        "HTTP 425",
        Outcome::TryLater,
        "La passerelle trouve la demande prématurée : le message est présenté de nouveau plus tard.",
        "The bridge considers the request too early: the message is retried later.",
    ),
    verdict(
        "HTTP 429",
        Outcome::TryLater,
        "La passerelle demande de ralentir : le message est présenté de nouveau plus tard.",
        "The bridge throttles requests: the message is retried later.",
    ),
    verdict(
        "HTTP 503",
        Outcome::TryLater,
        "La passerelle est momentanément indisponible : le message est présenté de nouveau plus tard.",
        "The bridge is temporarily unavailable: the message is retried later.",
    ),
]);

/// Receipt states and failure reasons.
pub const RECEIPTS: &[ReceiptVerdict] = &[
    told("sent", Some(Receipt::OnItsWay), "Le réseau a pris le message.", "The network took the message."),
    told(
        "delivered",
        Some(Receipt::Delivered),
        "Le téléphone a reçu le message.",
        "The phone received the message.",
    ),
    told(
        "failed",
        Some(Receipt::Failed(FailureReason::Undelivered)),
        "Le message n’arrivera pas, et la passerelle ne dit pas pourquoi.",
        "The message will not arrive, and the bridge does not say why.",
    ),
    failed(
        "undelivered",
        FailureReason::Undelivered,
        "Le réseau n’a pas remis le message.",
        "The network did not hand the message over.",
    ),
    failed(
        "unreachable",
        FailureReason::Unreachable,
        "Le téléphone est resté éteint ou hors de portée.",
        "The phone stayed off or out of reach.",
    ),
    failed(
        "blocked",
        FailureReason::Blocked,
        "Le réseau ou un filtre a retenu le message.",
        "The network or a filter held the message back.",
    ),
    failed(
        "too_late",
        FailureReason::TooLate,
        "Le message n’a pas été remis à temps.",
        "The message was not handed over in time.",
    ),
    failed(
        "invalid_number",
        FailureReason::InvalidNumber,
        "Le numéro n’existe pas.",
        "The number does not exist.",
    ),
    failed(
        "opted_out",
        FailureReason::OptedOut,
        "La personne ne veut plus de SMS.",
        "The person wants no more SMS.",
    ),
    failed("content", FailureReason::Content, "Le texte a été refusé.", "The text was refused."),
    failed(
        "country_closed",
        FailureReason::CountryClosed,
        "La passerelle n’envoie pas vers ce pays.",
        "The bridge does not send to this country.",
    ),
];

const fn failed(
    code: &'static str,
    reason: FailureReason,
    fr: &'static str,
    en: &'static str,
) -> ReceiptVerdict {
    told(code, Some(Receipt::Failed(reason)), fr, en)
}

/// The valid reasons of a refusal; others are ignored.
const REASONS_OF_A_REFUSAL: [FailureReason; 6] = [
    FailureReason::InvalidNumber,
    FailureReason::OptedOut,
    FailureReason::Content,
    FailureReason::Refused,
    FailureReason::CountryClosed,
    FailureReason::Blocked,
];

/// Maps a response to an outcome.
pub(super) fn classify(answered: &Answered) -> Outcome {
    if answered.is_success() {
        return Outcome::Accepted;
    }
    if answered.body.is_none() {
        return Outcome::Unknown;
    }
    match VERDICTS.by_status(CarrierName::Bridge, answered) {
        Outcome::Refused(in_general) => {
            let told = answered.read().map(|BridgeRefusal { reason }| reason);
            Outcome::Refused(
                told.filter(|reason| REASONS_OF_A_REFUSAL.contains(reason)).unwrap_or(in_general),
            )
        }
        outcome => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    fn answered(status: u16, body: &'static str) -> Answered {
        Answered { status, body: Some(body.into()) }
    }

    #[test]
    fn every_line_of_the_table_is_what_an_answer_with_its_status_means() {
        for Verdict { code, outcome, .. } in VERDICTS.0 {
            let status = code.strip_prefix("HTTP ").unwrap().parse().unwrap();
            assert_eq!(classify(&answered(status, "")), *outcome, "{code}");
        }
    }

    #[test]
    fn a_status_that_is_not_in_the_contract_leaves_the_message_unknown() {
        for status in [302, 402, 409, 418, 499, 500, 501, 502, 504, 599] {
            assert_eq!(classify(&answered(status, "")), Outcome::Unknown, "{status}");
        }
        assert_eq!(classify(&answered(200, "")), Outcome::Accepted);
        assert_eq!(classify(&answered(204, "")), Outcome::Accepted);
    }

    #[test]
    fn a_refusal_may_say_why() {
        for reason in FailureReason::ALL {
            let body = serde_json::to_vec(&BridgeRefusal { reason }).unwrap();
            let expected =
                if REASONS_OF_A_REFUSAL.contains(&reason) { reason } else { FailureReason::Refused };
            let answered = Answered { status: 422, body: Some(body.into()) };
            assert_eq!(classify(&answered), Outcome::Refused(expected));
        }
        assert_eq!(classify(&answered(422, "{}")), Outcome::Refused(FailureReason::Refused));
    }

    #[test]
    fn an_answer_that_broke_off_proves_no_refusal() {
        for status in [400, 401, 404, 422, 429, 500, 503] {
            assert_eq!(classify(&Answered { status, body: None }), Outcome::Unknown, "{status}");
        }
        assert_eq!(classify(&Answered { status: 202, body: None }), Outcome::Accepted);
    }
}
