//! The columns of a spreadsheet: a message's fields, in French.

use std::borrow::Cow;

use jiff::{Timestamp, tz::TimeZone};

use super::cell::cell;
use domain::{
    language::{Explain, Language::French, Phrase},
    pricing::MicroEuros,
    sent_log::Logged,
    text::Encoding,
};

/// Number of columns.
const COLUMNS: usize = 20;

/// Column headings.
pub(super) const HEADINGS: [&str; COLUMNS] = [
    "Référence",
    "Envoi",
    "Accepté le",
    "Prévu le",
    "Envoyé par",
    "Modèle",
    "Destinataires",
    "Contexte",
    "Effacé",
    "Personne",
    "Nom",
    "Au sujet de",
    "Numéro",
    "Texte",
    "Encodage",
    "Segments",
    "Prix (€)",
    "Coût (€)",
    "État",
    "Motif",
];

/// Builds the cells of a message, in the school's time zone.
pub(super) fn cells(logged: &Logged<'_>, zone: &TimeZone) -> [String; COLUMNS] {
    let Logged { id, send, message, state, .. } = logged;
    let about: Vec<String> = message.about().iter().map(ToString::to_string).collect();
    let encoding = match message.encoding() {
        Encoding::Gsm7 => "GSM-7",
        Encoding::Ucs2 => "UCS-2",
    };
    [
        id.reference(),
        send.id.to_string(),
        local(send.accepted_at, zone),
        local(send.due_at, zone),
        typed(send.accepted_by.as_str()),
        typed(send.origin.label().map_or("", |label| label.as_str())),
        french(&send.audience.label()),
        french(&send.context.label()),
        if message.whole().is_none() { "oui" } else { "non" }.to_owned(),
        message.recipient().map(|person| person.to_string()).unwrap_or_default(),
        typed(message.name().unwrap_or_default()),
        about.join(" "),
        message.phone().map(domain::phone::PhoneNumber::national).unwrap_or_default(),
        typed(message.text().unwrap_or_default()),
        encoding.to_owned(),
        message.segments().get().to_string(),
        euros(message.price()),
        euros(logged.cost()),
        french(&state.label()),
        state.reason().map(|reason| french(&Explain::explain(reason))).unwrap_or_default(),
    ]
}

/// Builds a cell of user input.
fn typed(text: &str) -> String {
    cell(text).into_owned()
}

fn french(phrase: &Phrase) -> String {
    Cow::from(phrase.in_language(French)).into_owned()
}

/// `30/11/2026 18:00`.
fn local(instant: Timestamp, zone: &TimeZone) -> String {
    instant.to_zoned(zone.clone()).strftime("%d/%m/%Y %H:%M").to_string()
}

/// All six decimals: exact and aligned.
fn euros(amount: MicroEuros) -> String {
    format!("{},{:06}", amount.get() / 1_000_000, amount.get() % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::territory::Territory;

    #[test]
    fn an_amount_is_exact_and_an_hour_the_schools_own() {
        assert_eq!(euros(MicroEuros::new(49_000)), "0,049000");
        assert_eq!(euros(MicroEuros::new(12_345_678)), "12,345678");
        let instant = "2026-11-30T17:00:00Z".parse().unwrap();
        assert_eq!(local(instant, Territory::Metropole.time_zone()), "30/11/2026 18:00");
        assert_eq!(local(instant, Territory::NouvelleCaledonie.time_zone()), "01/12/2026 04:00");
    }
}
