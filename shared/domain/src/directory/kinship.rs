//! What an adult is to a child, as schools record it.

use serde::{Deserialize, Serialize};

use crate::language::{Explain, Phrase};

/// The level of a tie (`NIVEAU_RESPONSABILITE` of SIECLE).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TieLevel {
    /// *Responsable légal.*
    #[default]
    Legal,
    /// *Personne en charge*: a foster family, an educator.
    InCharge,
    /// *Contact*, in an emergency for example: gets no news of the child.
    Contact,
}

/// What an adult is to a child (`CODE_PARENTE` of SIECLE).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kinship {
    /// Code 10.
    Mother,
    /// Code 20.
    Father,
    /// Code 37.
    Sibling,
    /// Code 38: a grandparent or another ascendant.
    Ascendant,
    /// Code 41.
    Educator,
    /// Code 42.
    FosterFamily,
    /// Code 50.
    Guardian,
    /// Code 51: child welfare (*aide sociale à l'enfance*).
    ChildWelfare,
    /// Code 70: a pupil of age.
    Pupil,
    /// Code 90, and any other.
    Other,
}

impl TieLevel {
    /// All levels.
    pub const ALL: [Self; 3] = [Self::Legal, Self::InCharge, Self::Contact];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Legal => "legal",
            Self::InCharge => "in_charge",
            Self::Contact => "contact",
        }
    }

    /// Parses a level's name.
    pub fn parse(name: &str) -> Result<Self, UnknownLevel> {
        Self::ALL.into_iter().find(|level| level.as_str() == name).ok_or(UnknownLevel)
    }
}

impl Kinship {
    /// All kinships.
    pub const ALL: [Self; 10] = [
        Self::Mother,
        Self::Father,
        Self::Sibling,
        Self::Ascendant,
        Self::Educator,
        Self::FosterFamily,
        Self::Guardian,
        Self::ChildWelfare,
        Self::Pupil,
        Self::Other,
    ];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mother => "mother",
            Self::Father => "father",
            Self::Sibling => "sibling",
            Self::Ascendant => "ascendant",
            Self::Educator => "educator",
            Self::FosterFamily => "foster_family",
            Self::Guardian => "guardian",
            Self::ChildWelfare => "child_welfare",
            Self::Pupil => "pupil",
            Self::Other => "other",
        }
    }

    /// Parses a kinship's name.
    pub fn parse(name: &str) -> Result<Self, UnknownKinship> {
        Self::ALL.into_iter().find(|kinship| kinship.as_str() == name).ok_or(UnknownKinship)
    }
}

/// An unknown level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown level of a tie")]
pub struct UnknownLevel;

/// An unknown kinship.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown kinship")]
pub struct UnknownKinship;

impl Explain for UnknownLevel {
    fn code(&self) -> &'static str {
        "unknown_level"
    }

    fn explain(&self) -> Phrase {
        let names = TieLevel::ALL.map(TieLevel::as_str).join(", ");
        Phrase::new(
            format!("Niveau inconnu. Niveaux possibles : {names}."),
            format!("Unknown level. Possible levels: {names}."),
        )
    }
}

impl Explain for UnknownKinship {
    fn code(&self) -> &'static str {
        "unknown_kinship"
    }

    fn explain(&self) -> Phrase {
        let names = Kinship::ALL.map(Kinship::as_str).join(", ");
        Phrase::new(
            format!("Lien de parenté inconnu. Liens possibles : {names}."),
            format!("Unknown kinship. Possible kinships: {names}."),
        )
    }
}
