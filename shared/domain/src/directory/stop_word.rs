//! Recognition of STOP replies.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// The first word of a STOP reply, without accents: the French and English conventions (CNIL, CTIA) and
/// common variants.
const STOP_WORDS: [&str; 21] = [
    "STOP",
    "STOPALL",
    "STOPSMS",
    "ARRET",
    "ARRETE",
    "ARRETER",
    "ARRETEZ",
    "DESABONNER",
    "DESABONNEMENT",
    "DESABONNEZ",
    "DESINSCRIRE",
    "DESINSCRIPTION",
    "DESINSCRIVEZ",
    "RESILIER",
    "UNSUBSCRIBE",
    "CANCEL",
    "END",
    "QUIT",
    "REVOKE",
    "OPTOUT",
    "STOPS",
];

/// Words that may follow without changing the meaning; a numeric short code may follow as well.
const COURTESIES: [&str; 32] = [
    "SMS", "SMSS", "TEXTO", "TEXTOS", "MESSAGE", "MESSAGES", "MERCI", "SVP", "STP", "PLEASE", "THANKS",
    "ALL", "A", "AU", "S", "IL", "TE", "VOUS", "PLAIT", "PUB", "YOU", "THANK", "TOUT", "TOUS", "LES", "CES",
    "VOS", "DES", "AUX", "THE", "MOI", "NOW",
];

/// Whether a reply is an opt-out and nothing else. "Arrêt de bus ?" is a question.
pub fn is_stop(reply: &str) -> bool {
    let plain = reply.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_uppercase();
    let mut words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let begins = match words.next() {
        // Two words.
        Some("OPT") => words.next() == Some("OUT"),
        first => first.is_some_and(|word| STOP_WORDS.contains(&word)),
    };
    begins
        && words.all(|word| {
            COURTESIES.contains(&word)
                || STOP_WORDS.contains(&word)
                || word.bytes().all(|byte| byte.is_ascii_digit())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_that_says_stop_is_heeded_and_one_that_speaks_of_something_else_is_not() {
        for reply in [
            "STOP",
            "stop",
            " Stop. ",
            "STOP 36179",
            "Arrêt",
            "ARRET SVP",
            "arre\u{302}tez les messages !",
            "Stop sms merci",
            "unsubscribe",
            "STOP STOP STOP",
            "désabonner",
            "Cancel please",
            "stop!!!",
            "Opt-out",
            "STOP au 36111",
            "Stop s’il vous plaît",
            "Stop pub",
            "ＳＴＯＰ",
        ] {
            assert!(is_stop(reply), "{reply}");
        }
        for reply in [
            "",
            "?",
            "Arrêt de bus ?",
            "Merci",
            "Stop, il y a une erreur : ce n’est pas mon fils",
            "ok stop",
            "Fin des cours ?",
            "END of the day is fine",
            "36179",
            "non stop",
            "🛑",
        ] {
            assert!(!is_stop(reply), "{reply}");
        }
    }
}
