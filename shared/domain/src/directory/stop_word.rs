//! The words by which people say that they want no more SMS.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// A reply begins with one of these, without accents: those of the French and English conventions (CNIL,
/// CTIA) and what people write for them.
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

/// What may follow without changing the meaning; a short code of digits may follow as well.
const COURTESIES: [&str; 32] = [
    "SMS", "SMSS", "TEXTO", "TEXTOS", "MESSAGE", "MESSAGES", "MERCI", "SVP", "STP", "PLEASE", "THANKS",
    "ALL", "A", "AU", "S", "IL", "TE", "VOUS", "PLAIT", "PUB", "YOU", "THANK", "TOUT", "TOUS", "LES", "CES",
    "VOS", "DES", "AUX", "THE", "MOI", "NOW",
];

/// Whether a reply says nothing but that its sender wants no more SMS. "Arrêt de bus ?" is a question.
pub fn is_stop(reply: &str) -> bool {
    let plain = reply.nfkd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_uppercase();
    let mut words = plain.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let begins = match words.next() {
        // In two words.
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
