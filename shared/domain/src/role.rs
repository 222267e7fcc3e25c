//! What somebody may do.

use serde::{Deserialize, Serialize};

/// What a person may do. In a school, each role may do what the ones before it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads the sent log.
    Reader,
    /// Sends with existing templates.
    Sender,
    /// Writes templates and people, and signs the school up.
    Admin,
    /// Runs the service for all schools; reads no texts.
    Operator,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Sender, Self::Admin, Self::Operator];

    /// The value of the claim.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Sender => "sender",
            Self::Admin => "admin",
            Self::Operator => "operator",
        }
    }

    /// The roles that may do what this one may.
    pub fn and_above(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |role| *role == self || (*role > self && *role != Self::Operator))
    }

    /// The role of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}
