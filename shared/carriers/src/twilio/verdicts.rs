//! Codes of Twilio's responses (<https://www.twilio.com/docs/api/errors>).

use serde::Deserialize;

use crate::{Verdict, Verdicts, https::Answered, undocumented, verdict::verdict};
use domain::delivery::{CarrierName, FailureReason, Outcome};

/// Responses that do not accept the message. Twilio advises against relying on single codes: they only
/// refine a status, and an undocumented code means the same as its status.
pub const VERDICTS: Verdicts = Verdicts(&[
    verdict(
        "20003",
        Outcome::Halt,
        "Twilio n’accepte pas le compte ou son jeton : vérifiez-les, puis reprenez la remise.",
        "Twilio does not accept the account or its token: check them, then resume delivery.",
    ),
    verdict(
        "20005",
        Outcome::Halt,
        "Le compte Twilio n’est pas actif : réglez-le auprès de Twilio, puis reprenez la remise.",
        "The Twilio account is not active: settle it with Twilio, then resume delivery.",
    ),
    verdict(
        "20404",
        Outcome::Halt,
        "Twilio ne connaît pas ce compte : vérifiez son identifiant, puis reprenez la remise.",
        "Twilio does not know this account: check its identifier, then resume delivery.",
    ),
    verdict(
        "20429",
        Outcome::TryLater,
        "Twilio reçoit trop de demandes à la fois : le message est présenté de nouveau plus tard.",
        "Twilio receives too many concurrent requests: the message is retried later.",
    ),
    verdict(
        "20503",
        Outcome::TryLater,
        "Twilio est momentanément indisponible : le message est présenté de nouveau plus tard.",
        "Twilio is temporarily unavailable: the message is retried later.",
    ),
    verdict(
        "21211",
        Outcome::Refused(FailureReason::InvalidNumber),
        "Twilio juge le numéro invalide : l’établissement le vérifie auprès de la famille.",
        "Twilio holds the number to be invalid: the school checks it with the family.",
    ),
    verdict(
        "21212",
        Outcome::Halt,
        "Twilio juge l’expéditeur invalide : corrigez-le, puis reprenez la remise.",
        "Twilio holds the sender to be invalid: correct it, then resume delivery.",
    ),
    verdict(
        "21408",
        Outcome::Refused(FailureReason::CountryClosed),
        "Le compte Twilio n’envoie pas vers ce pays : ouvrez-le dans la console de Twilio.",
        "The Twilio account does not send to this country: open it in Twilio’s console.",
    ),
    verdict(
        "21602",
        Outcome::Refused(FailureReason::Content),
        "Twilio refuse un message sans texte.",
        "Twilio refuses a message without a text.",
    ),
    verdict(
        "21603",
        Outcome::Halt,
        "Aucun expéditeur n’est indiqué à Twilio : renseignez-le, puis reprenez la remise.",
        "The request has no sender: set it, then resume delivery.",
    ),
    verdict(
        "21604",
        Outcome::Refused(FailureReason::InvalidNumber),
        "Aucun destinataire n’est indiqué à Twilio.",
        "The request has no recipient.",
    ),
    verdict(
        "21606",
        Outcome::Refused(FailureReason::Refused),
        "Cet expéditeur n’envoie pas de SMS vers ce numéro : vérifiez ce que Twilio permet dans ce pays.",
        "This sender sends no SMS to this number: check what Twilio allows in this country.",
    ),
    verdict(
        "21610",
        Outcome::Refused(FailureReason::OptedOut),
        "La personne a répondu STOP à Twilio.",
        "The person replied STOP to Twilio.",
    ),
    verdict(
        "21612",
        Outcome::Refused(FailureReason::Refused),
        "Twilio n’a pas de route de cet expéditeur vers ce numéro.",
        "Twilio has no route from this sender to this number.",
    ),
    verdict(
        "21614",
        Outcome::Refused(FailureReason::InvalidNumber),
        "Le numéro n’est pas celui d’un mobile : l’établissement le vérifie auprès de la famille.",
        "The number is not that of a mobile phone: the school checks it with the family.",
    ),
    verdict(
        "21617",
        Outcome::Refused(FailureReason::Content),
        "Le texte dépasse les 1 600 caractères que Twilio accepte.",
        "The text is longer than the 1,600 characters that Twilio takes.",
    ),
    verdict(
        "21659",
        Outcome::Halt,
        "L’expéditeur n’est pas un numéro de Twilio : corrigez-le, puis reprenez la remise.",
        "The sender is not a number of Twilio’s: correct it, then resume delivery.",
    ),
    verdict(
        "21660",
        Outcome::Halt,
        "L’expéditeur n’appartient pas à ce compte Twilio : corrigez-le, puis reprenez la remise.",
        "The sender does not belong to this Twilio account: correct it, then resume delivery.",
    ),
    verdict(
        "21703",
        Outcome::Halt,
        "Le service de messagerie de Twilio n’a pas d’expéditeur : ajoutez-en un, puis reprenez la remise.",
        "The Twilio messaging service has no sender: add one, then resume delivery.",
    ),
    of_our_sender("21267"),
    of_our_sender("21601"),
    of_our_sender("21661"),
    of_our_sender("21701"),
    of_our_sender("21704"),
    of_our_sender("21705"),
    verdict(
        "21611",
        Outcome::TryLater,
        "La file d’attente de cet expéditeur est pleine : le message est présenté de nouveau plus tard.",
        "The queue of this sender is full: the message is retried later.",
    ),
    verdict(
        "30001",
        Outcome::TryLater,
        "La file d’attente de Twilio est pleine : le message est présenté de nouveau plus tard.",
        "Twilio’s queue is full: the message is retried later.",
    ),
    verdict(
        "HTTP 400",
        Outcome::Refused(FailureReason::Refused),
        "Twilio refuse la demande : son code est dans le journal.",
        "Twilio refuses the request: its code is in the log.",
    ),
    verdict(
        "HTTP 401",
        Outcome::Halt,
        "Twilio ne nous reconnaît pas : vérifiez le compte et son jeton, puis reprenez la remise.",
        "Twilio does not recognise us: check the account and its token, then resume delivery.",
    ),
    verdict(
        "HTTP 403",
        Outcome::Halt,
        "Twilio ne nous permet pas d’envoyer : vérifiez le compte, puis reprenez la remise.",
        "Twilio does not let us send: check the account, then resume delivery.",
    ),
    verdict(
        "HTTP 404",
        Outcome::Halt,
        "Rien ne répond à cette adresse chez Twilio : vérifiez le compte et l’adresse, puis reprenez la remise.",
        "Nothing answers at this address of Twilio’s: check account and address, then resume delivery.",
    ),
    verdict(
        "HTTP 408",
        Outcome::TryLater,
        "Twilio n’a pas reçu la demande à temps : le message est présenté de nouveau plus tard.",
        "Twilio did not receive the request in time: the message is retried later.",
    ),
    verdict(
        "HTTP 429",
        Outcome::TryLater,
        "Twilio demande de ralentir : le message est présenté de nouveau plus tard.",
        "Twilio throttles requests: the message is retried later.",
    ),
    verdict(
        "HTTP 500",
        Outcome::Unknown,
        "Twilio a eu une panne pendant la demande : nul ne sait s’il a pris le message.",
        "Twilio had a fault during the request: it is unknown whether it accepted the message.",
    ),
    verdict(
        "HTTP 502",
        Outcome::Unknown,
        "Une passerelle de Twilio a eu une panne : nul ne sait s’il a pris le message.",
        "A gateway of Twilio had a fault: it is unknown whether the message was accepted.",
    ),
    verdict(
        "HTTP 503",
        Outcome::Unknown,
        "Une passerelle de Twilio est indisponible, sans le code qui le dirait sûrement : nul ne sait s’il a pris le message.",
        "A gateway of Twilio is unavailable, without a conclusive code: it is unknown whether the message was accepted.",
    ),
    verdict(
        "HTTP 504",
        Outcome::Unknown,
        "Une passerelle de Twilio n’a pas eu de réponse : nul ne sait s’il a pris le message.",
        "A gateway of Twilio got no response: it is unknown whether the message was accepted.",
    ),
]);

/// Twilio's error body.
#[derive(Deserialize)]
struct TwilioError {
    code: u32,
}

/// Maps a response to an outcome.
pub(super) fn classify(answered: &Answered) -> Outcome {
    if answered.is_success() {
        return Outcome::Accepted;
    }
    if answered.body.is_none() {
        return Outcome::Unknown;
    }
    // The status comes first. A code refines it where Twilio itself refused the request; a fault
    // remains unknown in any case.
    if let (400 | 401 | 403 | 404 | 429 | 503, Some(TwilioError { code })) =
        (answered.status, answered.read())
    {
        let code = code.to_string();
        match VERDICTS.of(&code) {
            Some(verdict) => return verdict.told(CarrierName::Twilio),
            None => undocumented::note(CarrierName::Twilio, &code),
        }
    }
    VERDICTS.by_status(CarrierName::Twilio, answered)
}

/// The operator's sender is invalid: sending halts until it is repaired.
const fn of_our_sender(code: &'static str) -> Verdict {
    verdict(
        code,
        Outcome::Halt,
        "Twilio n’admet pas notre expéditeur : corrigez-le chez Twilio, puis reprenez la remise.",
        "Twilio does not accept our sender: correct it at Twilio, then resume delivery.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Verdict;

    fn answered(status: u16, body: &str) -> Answered {
        Answered { status, body: Some(body.to_owned().into()) }
    }

    /// Returns the status that Twilio documents for a code.
    fn status_of(code: &str) -> u16 {
        match code.split_once(' ') {
            Some(("HTTP", status)) => status.parse().unwrap(),
            _ if code == "20003" => 401,
            _ if code == "20005" => 403,
            _ => code.strip_prefix("20").map_or(400, |status| status.parse().unwrap()),
        }
    }

    #[test]
    fn every_line_of_the_table_is_what_an_answer_with_its_code_means() {
        for Verdict { code, outcome, .. } in VERDICTS.0 {
            let body = format!(r#"{{"code":{code},"message":"…","status":{}}}"#, status_of(code));
            let body = if code.starts_with("HTTP") { "<html>" } else { body.as_str() };
            assert_eq!(classify(&answered(status_of(code), body)), *outcome, "{code}");
        }
    }

    #[test]
    fn an_undocumented_code_means_what_its_status_means() {
        for (status, outcome) in [
            (400, Outcome::Refused(FailureReason::Refused)),
            (401, Outcome::Halt),
            (403, Outcome::Halt),
            (429, Outcome::TryLater),
            (418, Outcome::Unknown),
            (302, Outcome::Unknown),
            (500, Outcome::Unknown),
            (503, Outcome::Unknown),
            (599, Outcome::Unknown),
        ] {
            let body = format!(r#"{{"code":99999,"message":"new","status":{status}}}"#);
            assert_eq!(classify(&answered(status, &body)), outcome, "{status}");
        }
    }

    #[test]
    fn a_fault_is_doubt_whatever_its_code_says() {
        assert_eq!(classify(&answered(500, r#"{"code":20429}"#)), Outcome::Unknown);
        assert_eq!(classify(&answered(502, r#"{"code":20503}"#)), Outcome::Unknown);
    }

    #[test]
    fn an_answer_that_broke_off_proves_no_refusal() {
        for status in [400, 401, 404, 429, 500, 503] {
            assert_eq!(classify(&Answered { status, body: None }), Outcome::Unknown, "{status}");
        }
        assert_eq!(classify(&Answered { status: 201, body: None }), Outcome::Accepted);
    }
}
