//! What the files of an import are meant to describe.

use serde::{Deserialize, Serialize};

use crate::explain;

/// What the files of an import are meant to describe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportScope)]
pub enum Scope {
    /// All people of the audiences in the files: who is missing has left, and a name without a class may identify a child.
    WholeSchool,
    /// Some classes.
    Classes,
    /// A few people, most of them new.
    Additions,
}

/// Not a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown scope")]
pub struct UnknownScope;

explain! {
    UnknownScope:
    Self => "unknown_scope",
        "Dites ce que décrit ce fichier : whole_school (tout l’établissement), classes (quelques classes) ou additions (quelques personnes de plus).",
        "Say what this file describes: whole_school, classes (some classes) or additions (a few more people).";
}

impl Scope {
    /// All scopes.
    pub const ALL: [Self; 3] = [Self::WholeSchool, Self::Classes, Self::Additions];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WholeSchool => "whole_school",
            Self::Classes => "classes",
            Self::Additions => "additions",
        }
    }

    /// Parses a name.
    pub fn parse(name: &str) -> Result<Self, UnknownScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or(UnknownScope)
    }

    /// Whether the files describe everybody: no other child of a name is elsewhere.
    pub const fn is_whole(self) -> bool {
        match self {
            Self::WholeSchool => true,
            Self::Classes | Self::Additions => false,
        }
    }
}
