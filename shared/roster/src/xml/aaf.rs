//! AAF: the file that an ENT is fed with.

use domain::{
    address::{City, PostalAddress, PostalCode, Street},
    audience::Audience,
    directory::{BirthDate, ClassName, ExternalId, GivenName, IdentifierScheme, Kinship},
};

use super::{
    fields::Fields,
    records::{self, Record},
};
use crate::{
    AdultRecord, FileError, FindingKind, PupilRecord, PupilRef, Roster, TieRecord, names::WrittenNames,
};

/// Reads `ficAlimMENESR`: pupils with references to their adults, and adults.
pub(super) fn people(text: &str, mut fields: Fields) -> Result<Roster, FileError> {
    let mut roster = Roster::default();
    let mut ties: Vec<(Record, ExternalId)> = Vec::new();
    records::each(text, &["addRequest"], |record| match record.get("categoriePersonne") {
        "Eleve" => {
            if let (Some(pupil), Ok(id)) =
                (pupil(record, &mut fields), ExternalId::parse(record.get("ENTPersonJointure")))
            {
                roster.pupils.push(pupil);
                ties.push((record.clone(), id));
            }
        }
        "PersRelEleve" => roster.adults.extend(adult(record, &mut fields)),
        _ => {}
    })?;
    roster.ties = ties.iter().flat_map(|(record, id)| ties_of(record, id, &roster, &fields)).collect();
    roster.findings = fields.findings;
    Ok(roster)
}

fn names(record: &Record, fields: &mut Fields) -> Option<WrittenNames> {
    match (GivenName::parse(record.get("sn")), GivenName::parse(record.get("givenName"))) {
        (Ok(last), Ok(first)) => {
            let birth = GivenName::parse(record.get("ENTPersonNomPatro")).ok();
            Some(WrittenNames { first, birth: birth.filter(|birth| *birth != last), last })
        }
        (Err(error), _) | (_, Err(error)) => {
            fields.note(record, "sn", FindingKind::Name(error));
            None
        }
    }
}

fn pupil(record: &Record, fields: &mut Fields) -> Option<PupilRecord> {
    let names = names(record, fields)?;
    // `0951099D$6A`.
    let class = record.get("ENTEleveClasses").rsplit('$').next().unwrap_or_default();
    Some(PupilRecord {
        origin: fields.origin(record),
        identifiers: fields.identifiers(
            record,
            &[(IdentifierScheme::Siecle, "ENTPersonJointure"), (IdentifierScheme::Ine, "ENTEleveINE")],
        ),
        first_name: names.first,
        last_name: names.last,
        birth_name: names.birth,
        birth_date: fields.parsed(record, "ENTPersonDateNaissance", BirthDate::parse, FindingKind::BirthDate),
        class: ClassName::parse(class).ok(),
        phone: fields.phone(record, &["mobile"]),
        address: address(record),
        accepts_sms: None,
        left_on: None,
    })
}

fn adult(record: &Record, fields: &mut Fields) -> Option<AdultRecord> {
    let names = names(record, fields)?;
    Some(AdultRecord {
        origin: fields.origin(record),
        audience: Audience::Guardians,
        identifiers: fields.identifiers(record, &[(IdentifierScheme::PersId, "ENTPersonJointure")]),
        first_name: names.first,
        last_name: names.last,
        birth_name: names.birth,
        phone: fields.phone(record, &["mobile", "homePhone", "telephoneNumber"]),
        address: address(record),
        accepts_sms: Some(!record.get("ENTPersonMobileSMS").is_empty()),
    })
}

/// `person$kinship$…` for each adult of a pupil.
fn ties_of(record: &Record, id: &ExternalId, roster: &Roster, fields: &Fields) -> Vec<TieRecord> {
    let relations = record.all("ENTElevePersRelEleve").filter(|text| text.contains('$'));
    relations
        .filter_map(|relation| {
            let mut parts = relation.split('$');
            let person = ExternalId::parse(parts.next()?).ok()?;
            let kinship = parts.next().unwrap_or_default();
            let adult = roster
                .adults
                .iter()
                .position(|adult| adult.identifiers.get(IdentifierScheme::PersId) == Some(&person))?;
            Some(TieRecord {
                origin: fields.origin(record),
                adult,
                pupil: PupilRef::Identified(IdentifierScheme::Siecle, id.clone()),
                level: None,
                kinship: match kinship {
                    "1" | "MERE" => Some(Kinship::Mother),
                    "2" | "PERE" => Some(Kinship::Father),
                    _ => None,
                },
                rank: None,
                lives_with: None,
            })
        })
        .collect()
}

fn address(record: &Record) -> Option<PostalAddress> {
    let street: Vec<&str> =
        record.get("ENTPersonAdresse").split('$').map(str::trim).filter(|line| !line.is_empty()).collect();
    let street = Street::parse(&street.join(", ")).ok()?;
    let code = PostalCode::parse(record.get("ENTPersonCodePostal")).ok();
    Some(PostalAddress::new(street, code, City::parse(record.get("ENTPersonVille")).ok()))
}
