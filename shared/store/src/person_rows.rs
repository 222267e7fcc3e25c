//! The stored form of people, separate from the domain.
//!
//! A school reads all its people before every send and pays for each byte, attribute names included:
//! names have one or two letters, and defaults are omitted.

use serde::{Deserialize, Serialize};

use domain::{
    address::{City, HouseholdKey, PostalAddress, PostalCode, Street},
    audience::Audience,
    directory::{ClassName, ExternalId, GivenName, Guardianship, Person, PersonDetails},
    id::PersonId,
    phone::PhoneNumber,
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
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    refused_contexts: Vec<Context>,
    #[serde(rename = "g", default, skip_serializing_if = "Vec::is_empty")]
    guardianships: Vec<GuardianshipRow>,
    #[serde(rename = "e")]
    external_id: Option<ExternalId>,
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct GuardianshipRow {
    #[serde(rename = "p")]
    pupil: PersonId,
    #[serde(rename = "r")]
    rank: u8,
    #[serde(rename = "n", default, skip_serializing_if = "std::ops::Not::not")]
    no_contact: bool,
    #[serde(rename = "x", default, skip_serializing_if = "std::ops::Not::not")]
    refuses_sms: bool,
    #[serde(rename = "k", default, skip_serializing_if = "Vec::is_empty")]
    refused_contexts: Vec<Context>,
}

impl From<Guardianship> for GuardianshipRow {
    fn from(tie: Guardianship) -> Self {
        Self {
            pupil: tie.pupil,
            rank: tie.rank,
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
            rank: row.rank,
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
            class: details.class,
            phone: details.phone,
            street: address.map(|address| address.street().clone()),
            postal_code: address.and_then(|address| address.postal_code().cloned()),
            city: address.and_then(|address| address.city().cloned()),
            household: address.and_then(PostalAddress::household),
            refuses_sms: !details.accepts_sms,
            refused_contexts: details.refused_contexts.iter().collect(),
            guardianships: details.guardianships.into_iter().map(GuardianshipRow::from).collect(),
            external_id: details.external_id,
            version,
        }
    }
}

impl From<PersonRow> for Person {
    fn from(row: PersonRow) -> Self {
        let (code, city, household) = (row.postal_code, row.city, row.household);
        Self {
            id: row.id,
            details: PersonDetails {
                audience: row.audience,
                first_name: row.first_name,
                last_name: row.last_name,
                class: row.class,
                phone: row.phone,
                address: row.street.map(|street| PostalAddress::kept(street, code, city, household)),
                accepts_sms: !row.refuses_sms,
                refused_contexts: row.refused_contexts.into_iter().collect::<ContextSet>(),
                guardianships: row.guardianships.into_iter().map(Guardianship::from).collect(),
                external_id: row.external_id,
            },
            version: row.version,
        }
    }
}
