//! Signs of a wrong file.

use serde::{Deserialize, Serialize};

use crate::explain;

/// A sign of a wrong file. A human confirms that it is the right one.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportGuard)]
pub enum Guard {
    /// More than 40 % of the present people of an audience would be archived.
    ManyArchived,
    /// Less than 50 % of the people of the files are known.
    FewRecognised,
}

explain! {
    Guard:
    Self::ManyArchived => "many_archived",
        "Plus de 40 % d’une catégorie de l’annuaire serait archivé. Est-ce bien le fichier de tout l’établissement ? Si oui, confirmez-le.",
        "More than 40 % of an audience would be archived. Is this the file of the whole school? If so, confirm it.";
    Self::FewRecognised => "few_recognised",
        "Moins de la moitié des personnes de ce fichier sont connues. Est-ce bien le fichier de cet établissement ? Si oui, confirmez-le.",
        "Less than half of the people of this file are known. Is this the file of this school? If so, confirm it.";
}

/// Not a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown guard")]
pub struct UnknownGuard;

explain! {
    UnknownGuard:
    Self => "unknown_guard",
        "Confirmations possibles : many_archived, few_recognised.",
        "Possible confirmations: many_archived, few_recognised.";
}

impl Guard {
    /// All guards.
    pub const ALL: [Self; 2] = [Self::ManyArchived, Self::FewRecognised];

    /// Parses a name.
    pub fn parse(name: &str) -> Result<Self, UnknownGuard> {
        use crate::language::Explain;
        Self::ALL.into_iter().find(|guard| guard.code() == name).ok_or(UnknownGuard)
    }
}
