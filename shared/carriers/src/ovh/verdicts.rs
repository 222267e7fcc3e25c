//! OVHcloud's errors and states (its API console, `/sms/ptts`).

use serde::Deserialize;

use crate::{
    ReceiptVerdict, Verdict, Verdicts,
    https::Answered,
    undocumented,
    verdict::{told, verdict},
};
use domain::delivery::{CarrierName, FailureReason, Outcome, Receipt};

/// The errors of a job. An accepted job still refuses its invalid receivers.
pub const VERDICTS: Verdicts = Verdicts(&[
    not_let_in(
        "INVALID_CREDENTIAL",
        "OVHcloud n’accepte pas notre clé de consommateur : vérifiez-la, puis reprenez la remise.",
        "OVHcloud does not accept our consumer key: check it, then resume delivery.",
    ),
    not_let_in(
        "INVALID_KEY",
        "OVHcloud n’accepte pas notre clé d’application : vérifiez-la, puis reprenez la remise.",
        "OVHcloud does not accept our application key: check it, then resume delivery.",
    ),
    not_let_in(
        "INVALID_SIGNATURE",
        "OVHcloud n’accepte pas notre signature : vérifiez le secret de l’application, puis reprenez la remise.",
        "OVHcloud does not accept our signature: check the application’s secret, then resume delivery.",
    ),
    not_let_in(
        "NOT_CREDENTIAL",
        "La clé de consommateur n’a pas été validée chez OVHcloud : validez-la, puis reprenez la remise.",
        "The consumer key was not validated at OVHcloud: validate it, then resume delivery.",
    ),
    not_let_in(
        "NOT_GRANTED_CALL",
        "La clé de consommateur ne permet pas cet appel : donnez-lui ce droit, puis reprenez la remise.",
        "The consumer key does not allow this call: grant it, then resume delivery.",
    ),
    not_let_in(
        "QUERY_TIME_OUT",
        "OVHcloud juge notre heure fausse, même réglée sur la sienne : vérifiez l’horloge, puis reprenez la remise.",
        "OVHcloud holds our time to be wrong, even set by its own: check the clock, then resume delivery.",
    ),
    verdict(
        "HTTP 400",
        Outcome::Refused(FailureReason::Refused),
        "OVHcloud refuse la demande : vérifiez l’expéditeur, et que le compte a des crédits.",
        "OVHcloud refuses the request: check the sender, and that the account has credits.",
    ),
    not_let_in(
        "HTTP 401",
        "OVHcloud ne nous reconnaît pas : vérifiez les clés, puis reprenez la remise.",
        "OVHcloud does not recognise us: check the keys, then resume delivery.",
    ),
    verdict(
        "HTTP 402",
        Outcome::Halt,
        "Le compte SMS n’a plus de crédits : rechargez-le, puis reprenez la remise.",
        "The SMS account has no credits left: top it up, then resume delivery.",
    ),
    not_let_in(
        "HTTP 403",
        "OVHcloud ne nous permet pas d’envoyer : vérifiez les clés et leurs droits, puis reprenez la remise.",
        "OVHcloud does not let us send: check the keys and their rights, then resume delivery.",
    ),
    verdict(
        "HTTP 404",
        Outcome::Halt,
        "OVHcloud ne connaît pas ce compte SMS : vérifiez son nom, puis reprenez la remise.",
        "OVHcloud does not know this SMS account: check its name, then resume delivery.",
    ),
    verdict(
        "HTTP 429",
        Outcome::TryLater,
        "OVHcloud demande de ralentir : le message est présenté de nouveau plus tard.",
        "OVHcloud throttles requests: the message is retried later.",
    ),
    verdict(
        "HTTP 500",
        Outcome::Unknown,
        "OVHcloud a eu une panne pendant la demande : nul ne sait s’il a pris le message.",
        "OVHcloud had a fault during the request: it is unknown whether it accepted the message.",
    ),
    verdict(
        "HTTP 502",
        Outcome::Unknown,
        "Une passerelle d’OVHcloud a eu une panne : nul ne sait s’il a pris le message.",
        "A gateway of OVHcloud had a fault: it is unknown whether the message was accepted.",
    ),
    verdict(
        "HTTP 503",
        Outcome::TryLater,
        "OVHcloud est momentanément indisponible : le message est présenté de nouveau plus tard.",
        "OVHcloud is temporarily unavailable: the message is retried later.",
    ),
    verdict(
        "HTTP 504",
        Outcome::Unknown,
        "Une passerelle d’OVHcloud n’a pas eu de réponse : nul ne sait s’il a pris le message.",
        "A gateway of OVHcloud got no response: it is unknown whether the message was accepted.",
    ),
]);

const fn not_let_in(code: &'static str, fr: &'static str, en: &'static str) -> Verdict {
    verdict(code, Outcome::Halt, fr, en)
}

/// The values of `ptt`.
pub const RECEIPTS: &[ReceiptVerdict] = &[
    told("1", Some(Receipt::OnItsWay), "Le réseau essaie encore.", "The network is still trying."),
    told(
        "2",
        Some(Receipt::OnItsWay),
        "Le message est en attente chez l’opérateur.",
        "The message waits at the network.",
    ),
    told("3", Some(Receipt::OnItsWay), "L’opérateur a pris le message.", "The network took the message."),
    told("4", Some(Receipt::Delivered), "Le téléphone a reçu le message.", "The phone received the message."),
    failed(
        "5",
        FailureReason::Undelivered,
        "Le réseau n’a pas remis le message.",
        "The network did not hand the message over.",
    ),
    told(
        "6",
        Some(Receipt::OnItsWay),
        "L’opérateur ne dit pas encore où en est le message.",
        "The network does not report the progress yet.",
    ),
    failed(
        "8",
        FailureReason::TooLate,
        "Le message n’a pas été remis avant la fin de sa validité.",
        "The message was not handed over before its validity ended.",
    ),
    failed(
        "20",
        FailureReason::Undelivered,
        "Le message ne peut pas être remis à ce téléphone.",
        "The message cannot be handed to this phone.",
    ),
    failed(
        "23",
        FailureReason::InvalidNumber,
        "Le numéro n’existe pas ou ne reçoit plus d’appels.",
        "The number does not exist or takes no more calls.",
    ),
    failed(
        "24",
        FailureReason::Unreachable,
        "Le téléphone est resté éteint ou hors de portée.",
        "The phone stayed off or out of reach.",
    ),
    told(
        "25",
        Some(Receipt::OnItsWay),
        "Une difficulté passagère retarde la remise.",
        "A passing difficulty delays the handover.",
    ),
    told(
        "26",
        Some(Receipt::OnItsWay),
        "Une panne passagère du réseau retarde la remise.",
        "A passing fault of the network delays the handover.",
    ),
    failed(
        "27",
        FailureReason::Undelivered,
        "Le téléphone n’a pas accepté le message, par exemple parce que sa mémoire est pleine.",
        "The phone did not take the message, perhaps because its memory is full.",
    ),
    failed(
        "28",
        FailureReason::Blocked,
        "Un filtre de l’opérateur a retenu le message.",
        "A filter of the network held the message back.",
    ),
    failed("29", FailureReason::Content, "L’opérateur a refusé le texte.", "The network refused the text."),
];

const fn failed(
    code: &'static str,
    reason: FailureReason,
    fr: &'static str,
    en: &'static str,
) -> ReceiptVerdict {
    told(code, Some(Receipt::Failed(reason)), fr, en)
}

/// OVHcloud's error body. A gateway in front of it may answer with a page instead.
#[derive(Default, Deserialize)]
pub(super) struct OvhError {
    #[serde(default, rename = "errorCode")]
    error_code: Option<String>,
}

/// OVHcloud's objection to a request, independent of its receivers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Complaint {
    /// Our timestamp: certainly nothing else was processed.
    Time,
    /// Our keys.
    Keys,
    /// Another reason, or none.
    Other,
}

/// Returns the objection to our identity in a complete response.
pub(super) fn complaint(answered: &Answered) -> Complaint {
    match error_code(answered).as_deref() {
        _ if !matches!(answered.status, 400..=499) => Complaint::Other,
        Some("QUERY_TIME_OUT") => Complaint::Time,
        Some("INVALID_SIGNATURE" | "INVALID_CREDENTIAL" | "INVALID_KEY" | "NOT_CREDENTIAL") => {
            Complaint::Keys
        }
        _ if answered.refuses_credentials() => Complaint::Keys,
        _ => Complaint::Other,
    }
}

fn error_code(answered: &Answered) -> Option<String> {
    answered.read::<OvhError>()?.error_code
}

/// Maps an unsuccessful response to an outcome for every receiver.
pub(super) fn classify(answered: &Answered) -> Outcome {
    if answered.body.is_none() {
        return Outcome::Unknown;
    }
    let code = error_code(answered).filter(|_| (400..=499).contains(&answered.status));
    if let Some(verdict) = code.as_deref().and_then(|code| VERDICTS.of(code)) {
        return verdict.told(CarrierName::Ovh);
    }
    if answered.status == 503 && answered.read::<OvhError>().is_none() {
        // A gateway's error page says nothing about the service behind it.
        return Outcome::Unknown;
    }
    match (VERDICTS.by_status(CarrierName::Ovh, answered), code) {
        // An undocumented code may concern this call only, or none of it.
        (Outcome::Refused(_), Some(code)) => {
            undocumented::note(CarrierName::Ovh, &code);
            Outcome::Unknown
        }
        (outcome, _) => outcome,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Answered {
        Answered { status, body: Some(body.to_owned().into()) }
    }

    #[test]
    fn every_line_of_the_table_is_what_an_answer_with_its_code_means() {
        for Verdict { code, outcome, .. } in VERDICTS.0 {
            let answered = match code.strip_prefix("HTTP ") {
                Some(status) => answered(status.parse().unwrap(), r#"{"class":"Client","message":"…"}"#),
                None => answered(400, &format!(r#"{{"errorCode":"{code}","message":"…"}}"#)),
            };
            assert_eq!(classify(&answered), *outcome, "{code}");
        }
    }

    #[test]
    fn a_page_in_the_place_of_an_error_is_read_by_its_status() {
        assert_eq!(classify(&answered(503, "<html><h1>503</h1></html>")), Outcome::Unknown);
        assert_eq!(classify(&answered(502, "<html>")), Outcome::Unknown);
        assert_eq!(classify(&answered(500, r#"{"errorCode":"INVALID_KEY"}"#)), Outcome::Unknown);
    }

    #[test]
    fn a_status_that_is_not_documented_leaves_the_message_unknown() {
        for status in [302, 405, 409, 418, 460, 501] {
            assert_eq!(classify(&answered(status, "{}")), Outcome::Unknown, "{status}");
        }
        assert_eq!(classify(&answered(400, r#"{"errorCode":"NEW_ONE"}"#)), Outcome::Unknown);
        assert_eq!(classify(&answered(403, r#"{"errorCode":"NEW_ONE"}"#)), Outcome::Halt);
    }

    #[test]
    fn an_answer_that_broke_off_proves_no_refusal() {
        for status in [400, 401, 403, 404, 429, 503] {
            let answered = Answered { status, body: None };
            assert_eq!((classify(&answered), complaint(&answered)), (Outcome::Unknown, Complaint::Other));
        }
    }

    #[test]
    fn a_complaint_about_the_time_is_no_complaint_about_the_keys() {
        for (status, body, expected) in [
            (400, r#"{"errorCode":"QUERY_TIME_OUT"}"#, Complaint::Time),
            (400, r#"{"errorCode":"INVALID_SIGNATURE"}"#, Complaint::Keys),
            (403, r#"{"class":"Client::Forbidden"}"#, Complaint::Keys),
            (400, r#"{"class":"Client::BadRequest"}"#, Complaint::Other),
            (404, "", Complaint::Other),
        ] {
            assert_eq!(complaint(&answered(status, body)), expected, "{body}");
        }
    }
}
