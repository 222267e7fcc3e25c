//! Error codes of `Publish` (API reference of Amazon SNS, with the common errors of AWS).

use aws_sdk_sns::{
    error::{ProvideErrorMetadata, SdkError},
    operation::publish::PublishError,
};

use crate::{Verdict, Verdicts, sdk_error, undocumented, verdict::verdict};
use domain::delivery::{CarrierName, FailureReason, Outcome};

/// The errors of a request. SNS includes a code in every error.
pub const VERDICTS: Verdicts = Verdicts(&[
    verdict(
        "AuthorizationError",
        Outcome::Refused(FailureReason::Refused),
        "SNS ne nous permet pas d’envoyer à ce numéro.",
        "SNS does not let us send to this number.",
    ),
    verdict(
        "InvalidParameter",
        Outcome::Refused(FailureReason::InvalidNumber),
        "SNS juge le numéro invalide : l’établissement le vérifie auprès de la famille.",
        "SNS holds the number to be invalid: the school checks it with the family.",
    ),
    verdict(
        "ParameterValueInvalid",
        Outcome::Refused(FailureReason::InvalidNumber),
        "SNS juge une valeur invalide, le plus souvent le numéro : l’établissement le vérifie auprès de la famille.",
        "SNS holds a value to be invalid, most often the number: the school checks it with the family.",
    ),
    verdict(
        "ValidationException",
        Outcome::Refused(FailureReason::Content),
        "SNS refuse le texte.",
        "SNS refuses the text.",
    ),
    verdict(
        "InternalError",
        Outcome::TryLater,
        "SNS a une panne passagère : le message est présenté de nouveau plus tard.",
        "SNS has a temporary fault: the message is retried later.",
    ),
    slow_down("KMSThrottling"),
    slow_down("Throttled"),
    slow_down("Throttling"),
    slow_down("ThrottledException"),
    slow_down("ThrottlingException"),
    not_let_in("AccessDenied"),
    not_let_in("AccessDeniedException"),
    not_let_in("ExpiredToken"),
    not_let_in("IncompleteSignature"),
    not_let_in("InvalidClientTokenId"),
    not_let_in("MissingAuthenticationToken"),
    not_let_in("SignatureDoesNotMatch"),
]);

const fn slow_down(code: &'static str) -> Verdict {
    verdict(
        code,
        Outcome::TryLater,
        "SNS demande de ralentir : le message est présenté de nouveau plus tard.",
        "SNS throttles requests: the message is retried later.",
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

/// Maps an error of `Publish` to an outcome.
pub(super) fn classify(error: &SdkError<PublishError>) -> Outcome {
    sdk_error::classify(error, |error| by_code(error.code().unwrap_or_default()))
}

fn by_code(code: &str) -> Outcome {
    match VERDICTS.of(code) {
        Some(verdict) => verdict.told(CarrierName::Sns),
        // AWS has several spellings of throttling.
        None if code.starts_with("Throttl") => Outcome::TryLater,
        None => {
            undocumented::note(CarrierName::Sns, code);
            Outcome::Unknown
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_what_its_code_means() {
        for line in VERDICTS.0 {
            assert_eq!(by_code(line.code), line.outcome, "{}", line.code);
        }
        assert_eq!(by_code("ThrottlingSomehow"), Outcome::TryLater);
        for code in ["", "EndpointDisabled", "NotFound", "Sorcery"] {
            assert_eq!(by_code(code), Outcome::Unknown, "{code}");
        }
    }
}
