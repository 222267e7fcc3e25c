//! Audiences: the categories of recipients.

use serde::{Deserialize, Serialize};

use crate::language::{Explain, Phrase};

/// *Destinataire potentiel*: the audience of a template, and the category of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// *Responsables légaux.*
    Guardians,
    /// *Élèves.*
    Pupils,
    /// *Professeurs.*
    Teachers,
    /// *Personnels.*
    Staff,
    /// *Maîtres de stage.*
    InternshipSupervisors,
}

impl Audience {
    /// All audiences.
    pub const ALL: [Self; 5] =
        [Self::Guardians, Self::Pupils, Self::Teachers, Self::Staff, Self::InternshipSupervisors];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Guardians => "guardians",
            Self::Pupils => "pupils",
            Self::Teachers => "teachers",
            Self::Staff => "staff",
            Self::InternshipSupervisors => "internship_supervisors",
        }
    }

    /// Parses an audience's name.
    pub fn parse(name: &str) -> Result<Self, UnknownAudience> {
        Self::ALL.into_iter().find(|audience| audience.as_str() == name).ok_or(UnknownAudience)
    }

    /// Returns the label for users.
    pub const fn label(self) -> Phrase {
        match self {
            Self::Guardians => Phrase::fixed("Responsables", "Guardians"),
            Self::Pupils => Phrase::fixed("Élèves", "Pupils"),
            Self::Teachers => Phrase::fixed("Professeurs", "Teachers"),
            Self::Staff => Phrase::fixed("Personnels", "Staff"),
            Self::InternshipSupervisors => Phrase::fixed("Maîtres de stage", "Internship supervisors"),
        }
    }
}

/// An unknown audience name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown audience")]
pub struct UnknownAudience;

impl Explain for UnknownAudience {
    fn code(&self) -> &'static str {
        "unknown_audience"
    }

    fn explain(&self) -> Phrase {
        let names = Audience::ALL.map(Audience::as_str).join(", ");
        Phrase::new(
            format!("Catégorie inconnue. Catégories possibles : {names}."),
            format!("Unknown audience. Possible audiences: {names}."),
        )
    }
}
