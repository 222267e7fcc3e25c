//! The identifiers of a person in the software of schools.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{line::Line, school::SchoolYear};

/// The value of an identifier.
pub type ExternalId = Line<64>;

/// The issuer of an identifier. Values of two schemes are never compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IdentifierScheme {
    /// A pupil's national number (INE).
    Ine,
    /// A pupil's number in SIECLE (`ELEVE_ID`).
    Siecle,
    /// A pupil's number at the school (`ELENOET`).
    Elenoet,
    /// An adult's number in SIECLE (`PERSONNE_ID`).
    PersId,
    /// A number of ONDE, the software of primary schools.
    Onde,
    /// Any other software: the `external_id` of the API.
    Other,
}

impl IdentifierScheme {
    /// All schemes.
    pub const ALL: [Self; 6] =
        [Self::Ine, Self::Siecle, Self::Elenoet, Self::PersId, Self::Onde, Self::Other];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ine => "ine",
            Self::Siecle => "siecle",
            Self::Elenoet => "elenoet",
            Self::PersId => "pers_id",
            Self::Onde => "onde",
            Self::Other => "other",
        }
    }
}

/// A person's identifiers, at most one of each scheme.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Identifiers(BTreeMap<IdentifierScheme, Identifier>);

/// An identifier, and the school year in which a file or a human last gave it. Schools give numbers anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    #[serde(rename = "v")]
    pub value: ExternalId,
    #[serde(rename = "y", default, skip_serializing_if = "Option::is_none")]
    pub given_in: Option<SchoolYear>,
}

impl Identifiers {
    /// No identifier.
    pub const EMPTY: Self = Self(BTreeMap::new());

    /// Returns the identifier of a scheme.
    pub fn get(&self, scheme: IdentifierScheme) -> Option<&ExternalId> {
        self.0.get(&scheme).map(|identifier| &identifier.value)
    }

    /// Returns the school year in which the identifier of a scheme was last given.
    pub fn given_in(&self, scheme: IdentifierScheme) -> Option<SchoolYear> {
        self.0.get(&scheme).and_then(|identifier| identifier.given_in)
    }

    /// Sets the identifier of a scheme.
    pub fn give(&mut self, scheme: IdentifierScheme, value: ExternalId, year: Option<SchoolYear>) {
        self.0.insert(scheme, Identifier { value, given_in: year });
    }

    /// Removes the identifier of a scheme.
    pub fn remove(&mut self, scheme: IdentifierScheme) -> Option<ExternalId> {
        self.0.remove(&scheme).map(|identifier| identifier.value)
    }

    /// Returns all identifiers by scheme.
    pub fn iter(&self) -> impl Iterator<Item = (IdentifierScheme, &ExternalId)> {
        self.0.iter().map(|(scheme, identifier)| (*scheme, &identifier.value))
    }

    /// Returns all identifiers with their years, by scheme.
    pub fn given(&self) -> impl Iterator<Item = (IdentifierScheme, &Identifier)> {
        self.0.iter().map(|(scheme, identifier)| (*scheme, identifier))
    }

    /// Whether the person has none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether both have an identifier of one scheme, with two values.
    pub fn contradict(&self, other: &Self) -> bool {
        self.iter().any(|(scheme, id)| other.get(scheme).is_some_and(|known| known != id))
    }
}

/// Identifiers of no known year.
impl FromIterator<(IdentifierScheme, ExternalId)> for Identifiers {
    fn from_iter<I: IntoIterator<Item = (IdentifierScheme, ExternalId)>>(all: I) -> Self {
        all.into_iter().map(|(scheme, value)| (scheme, Identifier { value, given_in: None })).collect()
    }
}

impl FromIterator<(IdentifierScheme, Identifier)> for Identifiers {
    fn from_iter<I: IntoIterator<Item = (IdentifierScheme, Identifier)>>(all: I) -> Self {
        Self(all.into_iter().collect())
    }
}
