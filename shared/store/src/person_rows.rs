//! The stored form of people, separate from the domain.
//!
//! A school reads all its people before every send and pays for each byte, attribute names included:
//! names have one or two letters, and defaults are omitted.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use domain::{
    address::{City, HouseholdKey, PostalAddress, PostalCode, Street},
    audience::Audience,
    directory::{
        BirthDate, ClassName, ExternalId, GivenName, Guardianship, Identifier, IdentifierScheme, Identifiers,
        Kinship, Person, PersonDetails, TieLevel,
    },
    id::PersonId,
    phone::PhoneNumber,
    school::SchoolYear,
    template::{Context, ContextSet},
};

#[derive(Serialize, Deserialize)]
pub(super) struct PersonRow {
    #[serde(rename = "sk")]
    id: PersonId,
    #[serde(rename = "a")]
    audience: Audience,
    #[serde(rename = "f")]
    first_name: GivenName,
    #[serde(rename = "l")]
    last_name: GivenName,
    #[serde(rename = "c")]
    class: Option<ClassName>,
    #[serde(rename = "p")]
    phone: Option<PhoneNumber>,
    #[serde(rename = "s")]
    street: Option<Street>,
    #[serde(rename = "z")]
    postal_code: Option<PostalCode>,
    #[serde(rename = "t")]
    city: Option<City>,
    #[serde(rename = "h")]
    household: Option<HouseholdKey>,
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    refuses_sms: bool,
    #[serde(rename = "xh", default, skip_serializing_if = "std::ops::Not::not")]
    sms_set_by_human: bool,
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    refused_contexts: Vec<Context>,
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    guardianships: Vec<GuardianshipRow>,
    #[serde(rename = "b", default, skip_serializing_if = "Option::is_none")]
    birth_date: Option<BirthDate>,
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    confirmed_in: Option<SchoolYear>,
    /// The year of the class, if it is another one.
    #[serde(rename = "cy", default, skip_serializing_if = "Option::is_none")]
    class_year: Option<OtherYear>,
    /// The identifier in other software.
    #[serde(rename = "e")]
    external_id: Option<ExternalId>,
    /// The year of this identifier, if it is another one.
    #[serde(rename = "ey", default, skip_serializing_if = "Option::is_none")]
    external_id_year: Option<OtherYear>,
    /// The identifiers of other schemes.
    #[serde(rename = "i", default, skip_serializing_if = "BTreeMap::is_empty")]
    identifiers: BTreeMap<IdentifierScheme, Identifier>,
    /// Seconds since 1970 of leaving the school.
    #[serde(rename = "ar", default, skip_serializing_if = "Option::is_none")]
    archived_at: Option<i64>,
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct GuardianshipRow {
    #[serde(rename = "p")]
    pupil: PersonId,
    #[serde(rename = "r")]
    rank: u8,
    #[serde(rename = "l", default, skip_serializing_if = "is_legal")]
    level: TieLevel,
    #[serde(rename = "q", default, skip_serializing_if = "Option::is_none")]
    kinship: Option<Kinship>,
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    lives_with: Option<bool>,
    #[serde(rename = "n", default, skip_serializing_if = "std::ops::Not::not")]
    no_contact: bool,
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    refuses_sms: bool,
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    refused_contexts: Vec<Context>,
}

/// A year that differs from the one in which the person was confirmed; 0 for none. Most people have one year only, and a
/// send reads them all.
#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
struct OtherYear(i16);

impl OtherYear {
    fn of(year: Option<SchoolYear>, confirmed_in: Option<SchoolYear>) -> Option<Self> {
        (year != confirmed_in).then(|| Self(year.map_or(0, SchoolYear::first_year)))
    }

    fn read(other: Option<Self>, confirmed_in: Option<SchoolYear>) -> Option<SchoolYear> {
        other.map_or(confirmed_in, |Self(year)| SchoolYear::beginning_in(year).ok())
    }
}

fn is_legal(level: &TieLevel) -> bool {
    *level == TieLevel::Legal
}

impl From<Guardianship> for GuardianshipRow {
    fn from(tie: Guardianship) -> Self {
        Self {
            pupil: tie.pupil,
            rank: tie.rank,
            level: tie.level,
            kinship: tie.kinship,
            lives_with: tie.lives_with,
            no_contact: tie.no_contact,
            refuses_sms: !tie.accepts_sms,
            refused_contexts: tie.refused_contexts.iter().collect(),
        }
    }
}

impl From<GuardianshipRow> for Guardianship {
    fn from(row: GuardianshipRow) -> Self {
        Self {
            pupil: row.pupil,
            level: row.level,
            kinship: row.kinship,
            rank: row.rank,
            lives_with: row.lives_with,
            no_contact: row.no_contact,
            accepts_sms: !row.refuses_sms,
            refused_contexts: row.refused_contexts.into_iter().collect(),
        }
    }
}

impl From<Person> for PersonRow {
    fn from(Person { id, details, version }: Person) -> Self {
        let address = details.address.as_ref();
        Self {
            id,
            audience: details.audience,
            first_name: details.first_name,
            last_name: details.last_name,
            phone: details.phone,
            street: address.map(|address| address.street().clone()),
            postal_code: address.and_then(|address| address.postal_code().cloned()),
            city: address.and_then(|address| address.city().cloned()),
            household: address.and_then(PostalAddress::household),
            refuses_sms: !details.accepts_sms,
            sms_set_by_human: details.sms_set_by_human,
            refused_contexts: details.refused_contexts.iter().collect(),
            guardianships: details.guardianships.into_iter().map(GuardianshipRow::from).collect(),
            birth_date: details.birth_date,
            class_year: details
                .class
                .as_ref()
                .and_then(|_| OtherYear::of(details.class_given_in, details.confirmed_in)),
            confirmed_in: details.confirmed_in,
            class: details.class,
            external_id_year: details.identifiers.get(IdentifierScheme::Other).and_then(|_| {
                OtherYear::of(details.identifiers.given_in(IdentifierScheme::Other), details.confirmed_in)
            }),
            external_id: details.identifiers.get(IdentifierScheme::Other).cloned(),
            identifiers: details
                .identifiers
                .given()
                .filter(|(scheme, _)| *scheme != IdentifierScheme::Other)
                .map(|(scheme, id)| (scheme, id.clone()))
                .collect(),
            archived_at: details.archived_at.map(Timestamp::as_second),
            version,
        }
    }
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        let mut identifiers: Identifiers = row.identifiers.into_iter().collect();
        if let Some(id) = row.external_id {
            let year = OtherYear::read(row.external_id_year, row.confirmed_in);
            identifiers.give(IdentifierScheme::Other, id, year);
        }
        let (code, city, household) = (row.postal_code, row.city, row.household);
        Self {
            id: row.id,
            details: PersonDetails {
                audience: row.audience,
                first_name: row.first_name,
                last_name: row.last_name,
                phone: row.phone,
                address: row.street.map(|street| PostalAddress::kept(street, code, city, household)),
                accepts_sms: !row.refuses_sms,
                sms_set_by_human: row.sms_set_by_human,
                refused_contexts: row.refused_contexts.into_iter().collect::<ContextSet>(),
                guardianships: row.guardianships.into_iter().map(Guardianship::from).collect(),
                birth_date: row.birth_date,
                class_given_in: row
                    .class
                    .as_ref()
                    .and_then(|_| OtherYear::read(row.class_year, row.confirmed_in)),
                confirmed_in: row.confirmed_in,
                class: row.class,
                identifiers,
                archived_at: row.archived_at.and_then(|second| Timestamp::from_second(second).ok()),
            },
            version: row.version,
        }
    }
}
