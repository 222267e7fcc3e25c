//! SIECLE: the pupils' file and the adults' file, of which each says little without the other.

use std::collections::HashMap;

use domain::{
    address::{City, PostalAddress, PostalCode, Street},
    audience::Audience,
    directory::{BirthDate, ClassName, IdentifierScheme, Kinship, TieLevel},
    school::{SchoolYear, Uai},
};

use super::{
    fields::Fields,
    records::{self, Record},
};
use crate::{AdultRecord, FileError, FindingKind, PupilRecord, PupilRef, Roster, TieRecord};

/// Reads `BEE_ELEVES`.
pub(super) fn pupils(text: &str, mut fields: Fields) -> Result<Roster, FileError> {
    let mut roster = Roster::default();
    let mut by_id: HashMap<String, usize> = HashMap::new();
    let mut addresses: HashMap<String, PostalAddress> = HashMap::new();
    let mut of_pupil: Vec<(usize, String)> = Vec::new();
    records::each(text, &["PARAMETRES", "ELEVE", "STRUCTURES_ELEVE", "ADRESSE"], |record| {
        match record.name.as_str() {
            "PARAMETRES" => parameters(record, &mut roster),
            "ADRESSE" => addresses.extend(address(record)),
            "STRUCTURES_ELEVE" => {
                if let Some(place) = by_id.get(record.get("ELEVE_ID")) {
                    roster.pupils[*place].class = class(record, &mut fields);
                }
            }
            _ => {
                if let Some(pupil) = pupil(record, &mut fields) {
                    let place = roster.pupils.len();
                    by_id.insert(record.get("ELEVE_ID").to_owned(), place);
                    of_pupil.push((place, record.get("ADRESSE_ID").to_owned()));
                    roster.pupils.push(pupil);
                }
            }
        }
    })?;
    for (place, id) in of_pupil {
        roster.pupils[place].address = addresses.get(&id).cloned();
    }
    roster.findings = fields.findings;
    Ok(roster)
}

fn pupil(record: &Record, fields: &mut Fields) -> Option<PupilRecord> {
    let names = fields.names(record)?;
    let ine = ["ID_NATIONAL", "INE_RNIE", "INE_BEA"].into_iter().find(|name| !record.get(name).is_empty());
    Some(PupilRecord {
        origin: fields.origin(record),
        identifiers: fields.identifiers(
            record,
            &[
                (IdentifierScheme::Ine, ine.unwrap_or("ID_NATIONAL")),
                (IdentifierScheme::Siecle, "ELEVE_ID"),
                (IdentifierScheme::Elenoet, "ELENOET"),
            ],
        ),
        first_name: names.first,
        last_name: names.last,
        birth_name: names.birth,
        birth_date: fields.parsed(record, "DATE_NAISS", BirthDate::parse, FindingKind::BirthDate),
        class: None,
        phone: fields.phone(record, &["TEL_PORTABLE", "TEL_PERSONNEL"]),
        address: None,
        accepts_sms: yes_or_no(record.get("ACCEPTE_SMS")),
        left_on: BirthDate::parse(record.get("DATE_SORTIE")).ok().map(BirthDate::date),
    })
}

/// The class among the structures of a pupil: of kind `D`; `G` is a group.
fn class(record: &Record, fields: &mut Fields) -> Option<ClassName> {
    let mut code = "";
    for (name, text) in &record.fields {
        match (name.as_str(), text.as_str()) {
            ("CODE_STRUCTURE", text) => code = text,
            ("TYPE_STRUCTURE", "D") => {
                return match ClassName::parse(code) {
                    Ok(class) => Some(class),
                    Err(error) => {
                        fields.note(record, "CODE_STRUCTURE", FindingKind::Class(error));
                        None
                    }
                };
            }
            _ => {}
        }
    }
    None
}

/// Reads `BEE_RESPONSABLES`.
pub(super) fn adults(text: &str, mut fields: Fields) -> Result<Roster, FileError> {
    let mut roster = Roster::default();
    let mut by_id: HashMap<String, usize> = HashMap::new();
    let mut addresses: HashMap<String, PostalAddress> = HashMap::new();
    let mut of_adult: Vec<(usize, String)> = Vec::new();
    let mut ties: Vec<(String, Tie)> = Vec::new();
    records::each(text, &["PARAMETRES", "PERSONNE", "RESPONSABLE_ELEVE", "ADRESSE"], |record| match record
        .name
        .as_str()
    {
        "PARAMETRES" => parameters(record, &mut roster),
        "ADRESSE" => addresses.extend(address(record)),
        "RESPONSABLE_ELEVE" => ties.push((record.get("PERSONNE_ID").to_owned(), tie(record, &fields))),
        _ => {
            if let Some(adult) = adult(record, &mut fields) {
                let place = roster.adults.len();
                by_id.insert(record.get("PERSONNE_ID").to_owned(), place);
                of_adult.push((place, record.get("ADRESSE_ID").to_owned()));
                roster.adults.push(adult);
            }
        }
    })?;
    for (place, id) in of_adult {
        roster.adults[place].address = addresses.get(&id).cloned();
    }
    roster.ties = ranked(ties, &by_id);
    roster.findings = fields.findings;
    Ok(roster)
}

fn adult(record: &Record, fields: &mut Fields) -> Option<AdultRecord> {
    let names = fields.names(record)?;
    Some(AdultRecord {
        origin: fields.origin(record),
        audience: Audience::Guardians,
        identifiers: fields.identifiers(record, &[(IdentifierScheme::PersId, "PERSONNE_ID")]),
        first_name: names.first,
        last_name: names.last,
        birth_name: names.birth,
        phone: fields.phone(record, &["TEL_PORTABLE", "TEL_PERSONNEL", "TEL_PROFESSIONNEL"]),
        address: None,
        accepts_sms: yes_or_no(record.get("ACCEPTE_SMS")),
    })
}

/// A tie before the adults of its child are ordered.
struct Tie {
    record: TieRecord,
    child: String,
    is_first: bool,
}

fn tie(record: &Record, fields: &Fields) -> Tie {
    let child = record.get("ELEVE_ID").to_owned();
    let level = match (record.get("NIVEAU_RESPONSABILITE"), record.get("RESP_LEGAL")) {
        ("1", _) | ("", "1" | "2") => Some(TieLevel::Legal),
        ("2", _) => Some(TieLevel::InCharge),
        ("3", _) | ("", "0") => Some(TieLevel::Contact),
        _ => None,
    };
    let kinship = match record.get("CODE_PARENTE") {
        "" => None,
        "10" => Some(Kinship::Mother),
        "20" => Some(Kinship::Father),
        "37" => Some(Kinship::Sibling),
        "38" => Some(Kinship::Ascendant),
        "41" => Some(Kinship::Educator),
        "42" => Some(Kinship::FosterFamily),
        "50" => Some(Kinship::Guardian),
        "51" => Some(Kinship::ChildWelfare),
        "70" => Some(Kinship::Pupil),
        _ => Some(Kinship::Other),
    };
    let id = domain::directory::ExternalId::parse(&child);
    let pupil =
        id.map_or(PupilRef::Record(usize::MAX), |id| PupilRef::Identified(IdentifierScheme::Siecle, id));
    Tie {
        record: TieRecord {
            origin: fields.origin(record),
            adult: 0,
            pupil,
            level,
            kinship,
            // Formerly the only order that the file had.
            rank: if record.get("RESP_LEGAL") == "2" { Some(2) } else { None },
            lives_with: yes_or_no(record.get("HEBERGE_ELEVE")),
        },
        is_first: yes_or_no(record.get("A_CONTACTER_EN_PRIORITE")) == Some(true)
            || record.get("RESP_LEGAL") == "1",
        child,
    }
}

/// Ranks the adults of each child: first contacts, then by level, then in file order.
fn ranked(ties: Vec<(String, Tie)>, by_id: &HashMap<String, usize>) -> Vec<TieRecord> {
    let mut ties: Vec<Tie> = ties
        .into_iter()
        .filter_map(|(adult, mut tie)| {
            tie.record.adult = *by_id.get(&adult)?;
            (tie.record.pupil != PupilRef::Record(usize::MAX)).then_some(tie)
        })
        .collect();
    let mut order: Vec<usize> = (0..ties.len()).collect();
    order.sort_by_key(|place| {
        let tie = &ties[*place];
        (!tie.is_first, tie.record.rank, tie.record.level.map(|level| level as u8), *place)
    });
    let mut taken: HashMap<String, u8> = HashMap::new();
    for place in order {
        let rank = taken.entry(ties[place].child.clone()).or_default();
        *rank = rank.saturating_add(1);
        ties[place].record.rank = Some(*rank);
    }
    ties.into_iter().map(|tie| tie.record).collect()
}

fn parameters(record: &Record, roster: &mut Roster) {
    roster.uai = Uai::parse(record.get("UAJ")).ok();
    roster.school_year =
        record.get("ANNEE_SCOLAIRE").parse().ok().and_then(|year| SchoolYear::beginning_in(year).ok());
}

fn address(record: &Record) -> Option<(String, PostalAddress)> {
    let lines = ["LIGNE1_ADRESSE", "LIGNE2_ADRESSE", "LIGNE3_ADRESSE", "LIGNE4_ADRESSE"];
    let street: Vec<&str> =
        lines.iter().map(|name| record.get(name)).filter(|line| !line.is_empty()).collect();
    let street = Street::parse(&street.join(", ")).ok()?;
    let city = [record.get("LIBELLE_POSTAL"), record.get("COMMUNE_ETRANGERE")]
        .into_iter()
        .find(|city| !city.is_empty());
    let code = PostalCode::parse(record.get("CODE_POSTAL")).ok();
    let address = PostalAddress::new(street, code, city.and_then(|city| City::parse(city).ok()));
    Some((record.get("ADRESSE_ID").to_owned(), address))
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "1" | "true" | "o" | "oui" => Some(true),
        "0" | "false" | "n" | "non" => Some(false),
        _ => None,
    }
}
