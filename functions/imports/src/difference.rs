//! What an import changes of a person, field by field.

use std::collections::HashMap;

use domain::{
    address::PostalAddress,
    directory::{Guardianship, IdentifierScheme, PersonDetails},
    id::PersonId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A field of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportField)]
pub(crate) enum Field {
    FirstName,
    LastName,
    BirthDate,
    Class,
    Phone,
    Address,
    AcceptsSms,
    /// An identifier in other software.
    ExternalId,
    Ine,
    Siecle,
    Elenoet,
    PersId,
    Onde,
    /// A guardianship that is new, or is no more.
    Child,
    /// The order of contact of a child's guardians.
    Rank,
    /// `legal`, `in_charge` or `contact`.
    Level,
    /// What a guardian is to a child.
    Kinship,
    /// Whether a child lives with a guardian.
    LivesWith,
    Archived,
}

impl From<IdentifierScheme> for Field {
    fn from(scheme: IdentifierScheme) -> Self {
        match scheme {
            IdentifierScheme::Ine => Self::Ine,
            IdentifierScheme::Siecle => Self::Siecle,
            IdentifierScheme::Elenoet => Self::Elenoet,
            IdentifierScheme::PersId => Self::PersId,
            IdentifierScheme::Onde => Self::Onde,
            IdentifierScheme::Other => Self::ExternalId,
        }
    }
}

/// A field that changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportChange)]
pub(crate) struct Difference {
    pub field: Field,
    /// The child, for a field of a guardianship.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub child: Option<String>,
    #[schema(required)]
    pub before: Option<String>,
    #[schema(required)]
    pub after: Option<String>,
}

/// The value of a field, as it is shown.
type Value = fn(&PersonDetails) -> Option<String>;

/// The names of the people whom ties name.
pub(crate) type Names = HashMap<PersonId, String>;

/// Returns what differs between a person before and after; all that is known of a new one.
pub(crate) fn differences(
    before: Option<&PersonDetails>,
    after: &PersonDetails,
    names: &Names,
) -> Vec<Difference> {
    let mut all = Vec::new();
    let mut note = |field, before: Option<String>, after: Option<String>| {
        if before != after {
            all.push(Difference { field, child: None, before, after });
        }
    };
    if let Some(before) = before {
        let name = |name: &domain::directory::GivenName| Some(name.as_str().to_owned());
        note(Field::FirstName, name(&before.first_name), name(&after.first_name));
        note(Field::LastName, name(&before.last_name), name(&after.last_name));
    }
    let fields: [(Field, Value); 6] = [
        (Field::BirthDate, |details| details.birth_date.map(String::from)),
        (Field::Class, |details| details.class.clone().map(String::from)),
        (Field::Phone, |details| details.phone.map(|phone| phone.e164())),
        (Field::Address, |details| details.address.as_ref().map(one_line)),
        (Field::AcceptsSms, |details| (!details.accepts_sms).then(|| "false".to_owned())),
        (Field::Archived, |details| details.archived_at.map(|_| "true".to_owned())),
    ];
    for (field, value) in fields {
        note(field, before.and_then(value), value(after));
    }
    for scheme in IdentifierScheme::ALL {
        let id = |details: &PersonDetails| details.identifiers.get(scheme).map(ToString::to_string);
        note(scheme.into(), before.and_then(id), id(after));
    }
    for tie in &after.guardianships {
        let earlier =
            before.and_then(|before| before.guardianships.iter().find(|old| old.pupil == tie.pupil));
        all.extend(tie_differences(earlier, tie, names));
    }
    all
}

fn tie_differences(before: Option<&Guardianship>, after: &Guardianship, names: &Names) -> Vec<Difference> {
    let child = names.get(&after.pupil).cloned();
    let Some(before) = before else {
        return vec![Difference { field: Field::Child, child: None, before: None, after: child }];
    };
    let mut all = Vec::new();
    let mut note = |field, value: fn(&Guardianship) -> Option<String>| {
        let (before, after) = (value(before), value(after));
        if before != after {
            all.push(Difference { field, child: child.clone(), before, after });
        }
    };
    note(Field::Rank, |tie| Some(tie.rank.to_string()));
    note(Field::Level, |tie| Some(tie.level.as_str().to_owned()));
    note(Field::Kinship, |tie| tie.kinship.map(|kinship| kinship.as_str().to_owned()));
    note(Field::LivesWith, |tie| tie.lives_with.map(|lives_with| lives_with.to_string()));
    all
}

fn one_line(address: &PostalAddress) -> String {
    let parts = [
        Some(address.street().as_str()),
        address.postal_code().map(|code| code.as_str()),
        address.city().map(|city| city.as_str()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
