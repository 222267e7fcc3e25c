//! Roles.

use serde::{Deserialize, Serialize};

/// A user's role. Within a school, each role includes the permissions of the previous ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads the sent log.
    Reader,
    /// Sends with existing templates.
    Sender,
    /// Manages templates and people, and registers the school.
    Admin,
    /// Runs the service for all schools; has no access to texts.
    Operator,
}

impl Role {
    /// All roles, lowest first.
    pub const ALL: [Self; 4] = [Self::Reader, Self::Sender, Self::Admin, Self::Operator];

    /// Returns the value of the claim.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Sender => "sender",
            Self::Admin => "admin",
            Self::Operator => "operator",
        }
    }

    /// Returns the roles that include this one.
    pub fn and_above(self) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |role| *role == self || (*role > self && *role != Self::Operator))
    }

    /// Parses a role's name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}
