//! The content of the form, for HTML and PDF.

use domain::{
    language::Language,
    pricing::{MicroEuros, RateCard},
    registration::Registration,
    school::School,
};
use jiff::{Timestamp, tz::TimeZone};

/// The form of one registration.
pub(super) struct FormContent {
    pub title: &'static str,
    /// Label and value; an unknown value is a blank to fill in by hand.
    pub school: Vec<(&'static str, String)>,
    pub request: &'static str,
    pub acknowledgement: String,
    pub prices_title: &'static str,
    /// Destination and price of a segment.
    pub prices: Vec<(&'static str, String)>,
    pub segments: &'static str,
    pub signature: [&'static str; 3],
    pub footer: String,
}

impl FormContent {
    /// The form, with dates in the school's time zone.
    pub fn new(registration: &Registration, school: Option<&School>) -> Self {
        let zone = school.map_or(registration.territory.time_zone(), School::time_zone);
        let card = registration.rate_card.card();
        let contact = &registration.contact;
        let school = vec![
            ("Établissement", registration.school_name.to_string()),
            ("Numéro UAI (RNE)", registration.uai.map(|uai| uai.to_string()).unwrap_or_default()),
            ("Territoire", registration.territory.name().to_owned()),
            ("Contact", contact.name.to_string()),
            ("Courriel", contact.email.clone().into()),
            ("Téléphone", contact.phone.as_ref().map(ToString::to_string).unwrap_or_default()),
        ];
        Self {
            title: "Inscription au service SMS",
            school,
            request: "L’établissement demande à utiliser le service d’envoi de SMS Carillon. Le service est sans abonnement : seuls les SMS envoyés sont facturés, au prix du segment.",
            acknowledgement: format!(
                "L’établissement a pris connaissance de la grille tarifaire {}, en vigueur depuis le {}, et l’a acceptée le {}.",
                card.version(),
                card.in_force_on().strftime("%d/%m/%Y"),
                day(registration.acknowledged_at, zone),
            ),
            prices_title: "Prix d’un segment, selon le pays du téléphone",
            prices: prices(card),
            segments: "Un segment compte 160 caractères (153 dans un SMS plus long) ; 70 (67) dès qu’un caractère n’appartient pas à l’alphabet GSM-7. Le prix exact est affiché avant chaque envoi.",
            signature: ["Fait à", "Le", "Nom, qualité, signature et cachet de l’établissement"],
            footer: format!(
                "À retourner signé à l’opérateur du service. Inscription {} du {}",
                registration.id,
                day(registration.applied_at, zone)
            ),
        }
    }
}

/// The countries of the rate cards; a new one appears as its code until its name is added here.
fn french_name(code: &str) -> &str {
    match code {
        "BE" => "Belgique",
        "CH" => "Suisse",
        "DE" => "Allemagne",
        "ES" => "Espagne",
        "IT" => "Italie",
        "LU" => "Luxembourg",
        "MC" => "Monaco",
        code => code,
    }
}

fn prices(card: &'static RateCard) -> Vec<(&'static str, String)> {
    let price = |amount: MicroEuros| amount.in_language(Language::French);
    let territories = card.territories().iter().map(|(territory, amount)| (territory.name(), price(*amount)));
    let countries =
        card.countries().iter().map(|(country, amount)| (french_name(country.code()), price(*amount)));
    territories.chain(countries).collect()
}

fn day(instant: Timestamp, zone: &TimeZone) -> String {
    instant.to_zoned(zone.clone()).strftime("%d/%m/%Y").to_string()
}
