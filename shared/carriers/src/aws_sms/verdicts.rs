//! Error and event codes of End User Messaging SMS (its API reference and user guide).

use aws_sdk_pinpointsmsvoicev2::{
    error::{ProvideErrorMetadata, SdkError},
    operation::send_text_message::SendTextMessageError,
};

use crate::{
    ReceiptVerdict, Verdict, Verdicts, sdk_error, undocumented,
    verdict::{told, verdict},
};
use domain::delivery::{CarrierName, FailureReason, Outcome, Receipt};

/// The errors of a request: an exception and its reason, or an exception alone.
pub const VERDICTS: Verdicts = Verdicts(&[
    verdict(
        "ThrottlingException",
        Outcome::TryLater,
        "AWS demande de ralentir : le message est présenté de nouveau plus tard.",
        "AWS throttles requests: the message is retried later.",
    ),
    verdict(
        "InternalServerException",
        Outcome::TryLater,
        "AWS a une panne passagère : le message est présenté de nouveau plus tard.",
        "AWS has a temporary fault: the message is retried later.",
    ),
    verdict(
        "ServiceQuotaExceededException MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT",
        Outcome::Halt,
        "Le plafond de dépense mensuel du compte AWS est atteint : faites-le relever, puis reprenez la remise.",
        "The monthly spend limit of the AWS account is reached: have it raised, then resume delivery.",
    ),
    verdict(
        "AccessDeniedException ACCOUNT_DISABLED",
        Outcome::Halt,
        "AWS a désactivé l’envoi de SMS pour ce compte : voyez avec son assistance, puis reprenez la remise.",
        "AWS disabled SMS for this account: settle it with AWS support, then resume delivery.",
    ),
    verdict(
        "AccessDeniedException INSUFFICIENT_ACCOUNT_REPUTATION",
        Outcome::Halt,
        "AWS juge la réputation du compte insuffisante : voyez avec son assistance, puis reprenez la remise.",
        "AWS holds the account’s reputation to be too low: settle it with AWS support, then resume delivery.",
    ),
    verdict(
        "ConflictException DESTINATION_PHONE_NUMBER_OPTED_OUT",
        Outcome::Refused(FailureReason::OptedOut),
        "La personne a répondu STOP.",
        "The person replied STOP.",
    ),
    verdict(
        "ConflictException DESTINATION_PHONE_NUMBER_NOT_VERIFIED",
        Outcome::Refused(FailureReason::Refused),
        "Le compte est encore dans le bac à sable d’AWS, et ce numéro n’y est pas vérifié : faites-l’en sortir.",
        "The account is still in the sandbox of AWS, where this number is not verified: have it moved out.",
    ),
    verdict(
        "ConflictException DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION",
        Outcome::Refused(FailureReason::CountryClosed),
        "La protection du compte ferme ce pays : ouvrez-le dans sa configuration.",
        "The account’s protect configuration closes this country: open it there.",
    ),
    verdict(
        "ConflictException DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE",
        Outcome::Refused(FailureReason::Blocked),
        "La protection du compte bloque ce numéro : débloquez-le dans sa configuration.",
        "The account’s protect configuration blocks this number: unblock it there.",
    ),
    verdict(
        "ValidationException PRICE_OVER_THRESHOLD",
        Outcome::Refused(FailureReason::Refused),
        "Le message coûterait plus que le prix maximal du service : relevez-le s’il le faut.",
        "The message would cost more than the service’s highest price: raise that if need be.",
    ),
    verdict(
        "ValidationException INVALID_PARAMETER",
        Outcome::Refused(FailureReason::InvalidNumber),
        "AWS juge une valeur invalide, le plus souvent le numéro : l’établissement le vérifie auprès de la famille.",
        "AWS holds a value to be invalid, most often the number: the school checks it with the family.",
    ),
    verdict(
        "ValidationException DESTINATION_COUNTRY_BLOCKED",
        Outcome::Refused(FailureReason::CountryClosed),
        "AWS n’envoie pas vers ce pays.",
        "AWS does not send to this country.",
    ),
    verdict(
        "ValidationException COUNTRY_NOT_ENABLED",
        Outcome::Refused(FailureReason::CountryClosed),
        "Le compte n’envoie pas vers ce pays : ouvrez-le chez AWS.",
        "The account does not send to this country: open it at AWS.",
    ),
    verdict(
        "ValidationException INTERNATIONAL_SENDING_NOT_SUPPORTED",
        Outcome::Refused(FailureReason::CountryClosed),
        "Cet expéditeur n’envoie pas vers l’étranger.",
        "This sender does not send abroad.",
    ),
    verdict(
        "ValidationException INVALID_IDENTITY_FOR_DESTINATION_COUNTRY",
        Outcome::Refused(FailureReason::CountryClosed),
        "Cet expéditeur n’est pas permis dans ce pays.",
        "This sender is not allowed in this country.",
    ),
    verdict(
        "ValidationException",
        Outcome::Refused(FailureReason::Refused),
        "AWS refuse la demande : sa raison est dans le journal.",
        "AWS refuses the request: its reason is in the log.",
    ),
    verdict(
        "ValidationException SENDER_ID_NOT_SUPPORTED",
        Outcome::Refused(FailureReason::CountryClosed),
        "Ce pays n’admet pas de nom d’expéditeur : donnez-lui un autre opérateur.",
        "This country allows no sender name: give it another carrier.",
    ),
    of_our_sender("ValidationException SENDER_ID_NOT_REGISTERED"),
    of_our_sender("ValidationException SENDER_ID_REQUIRES_REGISTRATION"),
    of_our_sender("ValidationException RESOURCE_NOT_ACCESSIBLE"),
    of_our_sender("ValidationException INVALID_ARN"),
    of_our_sender("ConflictException NO_ORIGINATION_IDENTITIES_FOUND"),
    of_our_sender("ConflictException RESOURCE_NOT_ACTIVE"),
    of_our_sender("ConflictException MESSAGE_TYPE_MISMATCH"),
    of_our_sender("ConflictException NUMBER_CAPABILITIES_MISMATCH"),
    verdict(
        "ResourceNotFoundException",
        Outcome::Halt,
        "AWS ne connaît pas l’expéditeur ou la configuration : corrigez-les, puis reprenez la remise.",
        "AWS does not know the sender or the configuration set: correct them, then resume delivery.",
    ),
    not_let_in("AccessDeniedException"),
    not_let_in("ExpiredTokenException"),
    not_let_in("IncompleteSignatureException"),
    not_let_in("InvalidSignatureException"),
    not_let_in("MissingAuthenticationTokenException"),
    not_let_in("UnrecognizedClientException"),
]);

/// The operator's sender is invalid: sending halts until it is repaired.
const fn of_our_sender(code: &'static str) -> Verdict {
    verdict(
        code,
        Outcome::Halt,
        "AWS n’admet pas notre expéditeur : corrigez-le chez AWS, puis reprenez la remise.",
        "AWS does not accept our sender: correct it at AWS, then resume delivery.",
    )
}

/// Credential errors, which concern all messages.
const fn not_let_in(code: &'static str) -> Verdict {
    verdict(
        code,
        Outcome::Halt,
        "AWS ne reconnaît pas la fonction ou ne lui permet pas d’envoyer : vérifiez ses droits, puis reprenez la remise.",
        "AWS does not recognise the function or does not let it send: check its rights, then resume delivery.",
    )
}

/// The values of `eventType`.
pub const RECEIPTS: &[ReceiptVerdict] = &[
    told(
        "TEXT_SENT",
        Some(Receipt::OnItsWay),
        "AWS a remis le message au réseau.",
        "AWS handed the message to the network.",
    ),
    told(
        "TEXT_PENDING",
        Some(Receipt::OnItsWay),
        "Le réseau n’a pas encore remis le message.",
        "The network did not hand the message over yet.",
    ),
    told("TEXT_QUEUED", Some(Receipt::OnItsWay), "Le message attend chez AWS.", "The message waits at AWS."),
    told(
        "TEXT_SUCCESSFUL",
        Some(Receipt::Delivered),
        "Le réseau a remis le message : certains pays le disent ainsi.",
        "The network handed the message over: some countries say it so.",
    ),
    told(
        "TEXT_DELIVERED",
        Some(Receipt::Delivered),
        "Le téléphone a reçu le message.",
        "The phone received the message.",
    ),
    failed(
        "TEXT_INVALID",
        FailureReason::InvalidNumber,
        "Le numéro n’est pas valide.",
        "The number is not valid.",
    ),
    failed(
        "TEXT_INVALID_MESSAGE",
        FailureReason::Content,
        "Le réseau n’accepte pas le texte.",
        "The network does not take the text.",
    ),
    failed(
        "TEXT_UNREACHABLE",
        FailureReason::Unreachable,
        "Le téléphone est éteint ou hors de portée.",
        "The phone is off or out of reach.",
    ),
    failed(
        "TEXT_CARRIER_UNREACHABLE",
        FailureReason::Unreachable,
        "Le réseau du téléphone est injoignable.",
        "The phone’s network is out of reach.",
    ),
    failed(
        "TEXT_BLOCKED",
        FailureReason::Blocked,
        "Le téléphone bloque les messages.",
        "The phone blocks messages.",
    ),
    failed(
        "TEXT_CARRIER_BLOCKED",
        FailureReason::Blocked,
        "Le réseau a bloqué le message.",
        "The network blocked the message.",
    ),
    failed(
        "TEXT_SPAM",
        FailureReason::Content,
        "Le réseau a pris le texte pour du spam.",
        "The network took the text for spam.",
    ),
    told(
        "TEXT_UNKNOWN",
        None,
        "Le réseau n’a pas dit ce que le message est devenu.",
        "The network did not report the final status.",
    ),
    failed(
        "TEXT_TTL_EXPIRED",
        FailureReason::TooLate,
        "Le message n’a pas été remis avant la fin de sa validité.",
        "The message was not handed over before its validity ended.",
    ),
    failed(
        "TEXT_PROTECT_BLOCKED",
        FailureReason::Blocked,
        "La protection du compte a arrêté le message.",
        "The account’s protect configuration stopped the message.",
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

/// Maps an error of `SendTextMessage` to an outcome.
pub(super) fn classify(error: &SdkError<SendTextMessageError>) -> Outcome {
    sdk_error::classify(error, |error| by_code(error.code().unwrap_or_default(), reason(error)))
}

fn reason(error: &SendTextMessageError) -> Option<&str> {
    match error {
        SendTextMessageError::AccessDeniedException(error) => error.reason().map(|reason| reason.as_str()),
        SendTextMessageError::ConflictException(error) => error.reason().map(|reason| reason.as_str()),
        SendTextMessageError::ServiceQuotaExceededException(error) => {
            error.reason().map(|reason| reason.as_str())
        }
        SendTextMessageError::ValidationException(error) => error.reason().map(|reason| reason.as_str()),
        _ => None,
    }
}

/// Looks up the exception with its reason first, then the exception alone.
fn by_code(exception: &str, reason: Option<&str>) -> Outcome {
    let code = reason.map_or_else(|| exception.to_owned(), |reason| format!("{exception} {reason}"));
    if let Some(verdict) = VERDICTS.of(&code) {
        return verdict.told(CarrierName::AwsSms);
    }
    undocumented::note(CarrierName::AwsSms, &code);
    VERDICTS.of(exception).map_or(Outcome::Unknown, |verdict| verdict.told(CarrierName::AwsSms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_what_its_exception_and_reason_mean() {
        for line in VERDICTS.0 {
            let (exception, reason) = match line.code.split_once(' ') {
                Some((exception, reason)) => (exception, Some(reason)),
                None => (line.code, None),
            };
            assert_eq!(by_code(exception, reason), line.outcome, "{}", line.code);
        }
    }

    #[test]
    fn a_reason_that_is_not_documented_means_what_its_exception_means() {
        let refused = Outcome::Refused(FailureReason::Refused);
        for (exception, reason, outcome) in [
            ("ValidationException", Some("MAXIMUM_SIZE_EXCEEDED"), refused),
            ("AccessDeniedException", Some("NEW_ONE"), Outcome::Halt),
            ("ConflictException", Some("NEW_ONE"), Outcome::Unknown),
            ("ConflictException", None, Outcome::Unknown),
            ("ServiceQuotaExceededException", Some("KEYWORDS_PER_POOL"), Outcome::Unknown),
            ("NewException", None, Outcome::Unknown),
            ("", None, Outcome::Unknown),
        ] {
            assert_eq!(by_code(exception, reason), outcome, "{exception} {reason:?}");
        }
    }
}
