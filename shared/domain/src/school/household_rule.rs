//! One text per guardian, or one per household.

use serde::{Deserialize, Serialize};

use crate::explain;

/// Which of the guardians at one address get a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HouseholdRule {
    #[default]
    EachGuardian,
    /// Only the first reachable contact.
    OnePerHousehold,
}

/// An unknown rule name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown household rule")]
pub struct UnknownHouseholdRule;

explain! {
    UnknownHouseholdRule:
    _ => "unknown_household_rule",
        "Les règles possibles sont each_guardian (un SMS par responsable) et one_per_household (un SMS par foyer).",
        "The possible rules are each_guardian (one SMS each) and one_per_household (one SMS per household).";
}

impl HouseholdRule {
    /// All rules.
    pub const ALL: [Self; 2] = [Self::EachGuardian, Self::OnePerHousehold];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EachGuardian => "each_guardian",
            Self::OnePerHousehold => "one_per_household",
        }
    }

    /// Parses a rule's name.
    pub fn parse(name: &str) -> Result<Self, UnknownHouseholdRule> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == name).ok_or(UnknownHouseholdRule)
    }
}
