//! The report of an import as a CSV file, for people: one line a person.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use csv::{QuoteStyle, Terminator, WriterBuilder};
use domain::language::{Explain, Language, Phrase};
use workflows::sent_log::cell;

use crate::{
    difference::{Difference, Field},
    report::{Note, NoteReason, Report, Row, RowOutcome},
};

const HEADERS: [Phrase; 8] = [
    Phrase::fixed("Fichier", "File"),
    Phrase::fixed("Ligne", "Line"),
    Phrase::fixed("Nom", "Name"),
    Phrase::fixed("Résultat", "Outcome"),
    Phrase::fixed("Raison", "Reason"),
    Phrase::fixed("Personnes possibles", "Possible people"),
    Phrase::fixed("Changements", "Changes"),
    Phrase::fixed("Cases à vérifier", "Cells to check"),
];
/// Spreadsheets take a file with this mark for UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Answers with all rows, or those of one outcome.
pub(crate) fn answer(report: &Report, outcome: Option<RowOutcome>, language: Language) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present"),
        (header::CONTENT_LANGUAGE, language.tag()),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"carillon-import.csv\""),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, csv(report, outcome, language)).into_response()
}

fn csv(report: &Report, outcome: Option<RowOutcome>, language: Language) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .delimiter(b';')
        .quote_style(QuoteStyle::Always)
        .terminator(Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let rows = report.rows.iter().filter(|row| outcome.is_none_or(|wanted| row.outcome == wanted));
    let records = rows.map(|row| record(row, &report.files, language));
    let headers = HEADERS.map(|header| header.in_language(language).to_owned());
    for record in std::iter::once(headers).chain(records) {
        let cells: Vec<_> = record.iter().map(|text| cell(text)).collect();
        writer.write_record(cells.iter().map(|text| text.as_bytes())).expect("a vector takes every record");
    }
    writer.into_inner().expect("a vector takes every record")
}

fn record(row: &Row, files: &[Option<String>], language: Language) -> [String; 8] {
    let file = row.origin.map(|origin| usize::from(origin.file));
    let name = file.and_then(|file| files.get(file).cloned().flatten());
    let explained = |reason: &dyn Explain| reason.explain().in_language(language).to_owned();
    let candidate = |one: &crate::report::Candidate| match &one.class {
        Some(class) => format!("{} ({class})", one.name),
        None => one.name.clone(),
    };
    [
        name.or_else(|| file.map(|file| (file + 1).to_string())).unwrap_or_default(),
        row.origin.map(|origin| origin.line.to_string()).unwrap_or_default(),
        row.name.clone(),
        label(row.outcome).in_language(language).to_owned(),
        row.doubt.map(|doubt| explained(&doubt)).unwrap_or_default(),
        row.candidates.iter().map(candidate).collect::<Vec<_>>().join(" | "),
        row.differences.iter().map(|one| change(one, language)).collect::<Vec<_>>().join(" | "),
        row.notes.iter().map(|one| note(one, language)).collect::<Vec<_>>().join(" | "),
    ]
}

/// `portable : 06… → 07…`.
fn change(difference: &Difference, language: Language) -> String {
    let field = field(difference.field);
    let field = field.in_language(language);
    let of = difference.child.as_ref().map(|child| format!(" ({child})")).unwrap_or_default();
    let value = |value: &Option<String>| value.as_deref().unwrap_or("–").to_owned();
    format!("{field}{of} : {} → {}", value(&difference.before), value(&difference.after))
}

/// `Portable : 01 99… (explanation)`.
fn note(note: &Note, language: Language) -> String {
    let reason = match &note.reason {
        NoteReason::Finding(kind) => kind.explain(),
        NoteReason::LostTie(reason) => reason.explain(),
    };
    let place = [note.column.as_deref(), note.cell.as_deref()];
    let place = place.into_iter().flatten().collect::<Vec<_>>().join(" : ");
    let reason = reason.in_language(language);
    if place.is_empty() { reason.to_owned() } else { format!("{place} ({reason})") }
}

const fn label(outcome: RowOutcome) -> Phrase {
    match outcome {
        RowOutcome::Created => Phrase::fixed("nouveau", "new"),
        RowOutcome::Updated => Phrase::fixed("modifié", "changed"),
        RowOutcome::Moved => Phrase::fixed("change de classe", "moves to another class"),
        RowOutcome::Returned => Phrase::fixed("de retour", "returns"),
        RowOutcome::Unchanged => Phrase::fixed("inchangé", "unchanged"),
        RowOutcome::Archived => Phrase::fixed("archivé", "archived"),
        RowOutcome::Doubtful => Phrase::fixed("à décider", "to be decided"),
        RowOutcome::Refused => Phrase::fixed("ligne laissée de côté", "line left out"),
        RowOutcome::NotHere => Phrase::fixed("pas dans l’établissement", "not at the school"),
        RowOutcome::Noted => Phrase::fixed("remarque", "remark"),
    }
}

const fn field(field: Field) -> Phrase {
    match field {
        Field::FirstName => Phrase::fixed("prénom", "first name"),
        Field::LastName => Phrase::fixed("nom", "last name"),
        Field::BirthDate => Phrase::fixed("date de naissance", "date of birth"),
        Field::Class => Phrase::fixed("classe", "class"),
        Field::Phone => Phrase::fixed("portable", "mobile"),
        Field::Address => Phrase::fixed("adresse", "address"),
        Field::AcceptsSms => Phrase::fixed("accord pour les SMS", "accepts SMS"),
        Field::ExternalId => Phrase::fixed("identifiant", "identifier"),
        Field::Ine => Phrase::fixed("INE", "national number"),
        Field::Siecle => Phrase::fixed("numéro SIECLE", "number in SIECLE"),
        Field::Elenoet => Phrase::fixed("numéro dans l’établissement", "number at the school"),
        Field::PersId => Phrase::fixed("numéro SIECLE de l’adulte", "number of the adult in SIECLE"),
        Field::Onde => Phrase::fixed("numéro ONDE", "number in ONDE"),
        Field::Child => Phrase::fixed("enfant", "child"),
        Field::Rank => Phrase::fixed("ordre de contact", "order of contact"),
        Field::Level => Phrase::fixed("responsabilité", "responsibility"),
        Field::Kinship => Phrase::fixed("lien de parenté", "kinship"),
        Field::LivesWith => Phrase::fixed("vit avec l’enfant", "lives with the child"),
        Field::Archived => Phrase::fixed("archivé", "archived"),
    }
}
