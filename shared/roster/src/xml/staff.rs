//! STS-Web: teachers and staff, without numbers.

use domain::{
    audience::Audience,
    directory::{GivenName, IdentifierScheme},
    school::{SchoolYear, Uai},
};

use super::{fields::Fields, records};
use crate::{AdultRecord, FileError, FindingKind, Roster};

/// Reads `STS_EDT`.
pub(super) fn staff(text: &str, mut fields: Fields) -> Result<Roster, FileError> {
    let mut roster = Roster::default();
    records::each(text, &["PARAMETRES", "INDIVIDU"], |record| {
        if record.name == "PARAMETRES" {
            roster.uai = Uai::parse(record.get("CODE")).or_else(|_| Uai::parse(record.get("UAJ"))).ok();
            let year = [record.get("ANNEE"), record.get("ANNEE_SCOLAIRE")]
                .into_iter()
                .find_map(|year| year.parse().ok());
            roster.school_year = year.and_then(|year| SchoolYear::beginning_in(year).ok());
            return;
        }
        let last = [record.get("NOM_USAGE"), record.get("NOM_PATRONYMIQUE")]
            .into_iter()
            .find(|name| !name.is_empty());
        match (GivenName::parse(last.unwrap_or_default()), GivenName::parse(record.get("PRENOM"))) {
            (Ok(last_name), Ok(first_name)) => roster.adults.push(AdultRecord {
                origin: fields.origin(record),
                audience: if record.get("FONCTION") == "ENS" { Audience::Teachers } else { Audience::Staff },
                identifiers: fields.identifiers(record, &[(IdentifierScheme::Other, "ID")]),
                first_name,
                last_name,
                birth_name: None,
                phone: None,
                address: None,
                accepts_sms: None,
            }),
            (Err(error), _) | (_, Err(error)) => fields.note(record, "NOM_USAGE", FindingKind::Name(error)),
        }
    })?;
    roster.findings = fields.findings;
    Ok(roster)
}
