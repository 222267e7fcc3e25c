//! Warnings on a text that is accepted but risky.

use super::{BodyError, stop_code::has_stop_code};
use crate::{
    codes::codes,
    language::{Explain, Phrase},
    line::folded,
};

/// A risk in a text for its author to review.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TextWarning {
    /// A STOP code: a template or a send with it is refused.
    StopCode,
    /// The word STOP without a short code, which would be refused.
    StopWord,
    /// A link: carriers hold back texts with links, a vehicle of fraud.
    Link,
    /// A health term: phones are shared, and lock screens are visible.
    HealthWord,
    /// The cause of a sanction, for the same reason.
    SanctionDetail,
}

/// Health terms, folded, singular. `infirmerie` is excluded: it requests a call and reveals nothing.
const HEALTH: [&str; 41] = [
    "allergie",
    "allergique",
    "ambulance",
    "angine",
    "asthme",
    "blesse",
    "blessee",
    "blessure",
    "bronchite",
    "cancer",
    "contagieux",
    "contagieuse",
    "covid",
    "depression",
    "diabete",
    "diarrhee",
    "epilepsie",
    "fievre",
    "fracture",
    "gale",
    "gastro",
    "grippe",
    "grossesse",
    "handicap",
    "hopital",
    "hospitalise",
    "hospitalisee",
    "malade",
    "maladie",
    "malaise",
    "medicament",
    "medecin",
    "ordonnance",
    "poux",
    "psychologue",
    "psychiatre",
    "rougeole",
    "symptome",
    "urgences",
    "vaccin",
    "varicelle",
];

/// Terms for misconduct, folded.
const MISCONDUCT: [&str; 11] = [
    "alcool",
    "bagarre",
    "cannabis",
    "drogue",
    "harcelement",
    "insulte",
    "insulter",
    "tricherie",
    "violence",
    "vol",
    "vole",
];

/// Top-level domains of sites written without `www.`.
const DOMAINS: [&str; 10] = ["fr", "com", "net", "org", "eu", "info", "ly", "me", "gl", "io"];

impl TextWarning {
    /// Returns the warnings on a text, each once.
    pub fn of(text: &str) -> Vec<Self> {
        let words = folded(text);
        let has_word = |known: &[&str]| {
            words.split(' ').any(|word| known.contains(&word) || known.contains(&word.trim_end_matches('s')))
        };
        let stop_code = has_stop_code(text);
        let stop_word = text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "STOP");
        let found = [
            (Self::StopCode, stop_code),
            (Self::StopWord, stop_word && !stop_code),
            (Self::Link, text.split_whitespace().any(is_link)),
            (Self::HealthWord, has_word(&HEALTH)),
            (Self::SanctionDetail, has_word(&MISCONDUCT)),
        ];
        found.into_iter().filter(|(_, found)| *found).map(|(warning, _)| warning).collect()
    }
}

/// Matches `https://…`, `www.…`, `college.fr/menu`, but neither an e-mail address nor the end of a
/// sentence.
fn is_link(word: &str) -> bool {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase();
    if word.contains("://") || word.starts_with("www.") {
        return true;
    }
    let host = word.split(['/', '?', '#']).next().unwrap_or_default();
    !host.contains('@')
        && host.rsplit_once('.').is_some_and(|(name, ending)| {
            DOMAINS.contains(&ending) && name.chars().any(char::is_alphabetic) && !name.ends_with('.')
        })
}

codes! {
    TextWarning {
        Self::StopCode => "stop_code",
        Self::StopWord => "stop_word",
        Self::Link => "link",
        Self::HealthWord => "health_word",
        Self::SanctionDetail => "sanction_detail",
    }
}

impl Explain for TextWarning {
    fn code(&self) -> &'static str {
        self.as_code()
    }

    fn explain(&self) -> Phrase {
        match self {
            Self::StopCode => BodyError::StopCode.explain(),
            Self::StopWord => Phrase::fixed(
                "Le texte contient le mot STOP : un opérateur peut le prendre pour de la publicité et le retenir.",
                "The text has the word STOP: a carrier may take it for marketing and hold it.",
            ),
            Self::Link => Phrase::fixed(
                "Le texte contient un lien : les opérateurs en bloquent, et les familles s’en méfient.",
                "The text has a link: carriers block some, and families distrust them.",
            ),
            Self::HealthWord => Phrase::fixed(
                "Le texte parle de santé : un téléphone est partagé, et son écran verrouillé est lu par d’autres. Demandez plutôt de rappeler.",
                "The text speaks of health: a phone is shared, and others read its lock screen. Better ask for a call.",
            ),
            Self::SanctionDetail => Phrase::fixed(
                "Le texte dit ce qui est reproché : un téléphone est partagé, et son écran verrouillé est lu par d’autres. Demandez plutôt de rappeler.",
                "The text tells what somebody did: a phone is shared, and others read its lock screen. Better ask for a call.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TextWarning::{self, *};

    #[test]
    fn a_text_is_warned_of_for_what_it_says_and_for_nothing_else() {
        let cases: [(&str, &[TextWarning]); 17] = [
            ("Réunion lundi à 18h30 au collège.", &[]),
            ("Merci de rappeler l’infirmerie au 01 99 00 12 34.", &[]),
            ("Arrêt de bus : nouveau stop rue des Lilas", &[]),
            ("Répondez STOP pour ne plus recevoir", &[StopWord]),
            ("Voir https://college.example/menu", &[Link]),
            ("Voir www.college.example", &[Link]),
            ("Menu sur college-moulin.fr/menu.", &[Link]),
            ("Inscription : bit.ly/3xYz", &[Link]),
            ("Écrire à chef@college-moulin.fr", &[]),
            ("Fin des cours à 16h.Merci", &[]),
            ("Emma a de la FIÈVRE.", &[HealthWord]),
            ("Cas de poux en 6e A", &[HealthWord]),
            ("Hugo est puni pour vol", &[SanctionDetail]),
            ("Le voleur de bicyclette, film", &[]),
            ("Trois blessés, deux malades", &[HealthWord]),
            ("Rendez-vous dans l’enceinte du collège", &[]),
            ("STOP36180", &[StopCode]),
        ];
        for (text, expected) in cases {
            assert_eq!(TextWarning::of(text), expected, "{text}");
        }
    }
}
