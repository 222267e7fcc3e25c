//! One text for each guardian, or one for each household.

use serde::{Deserialize, Serialize};

use crate::explain;

/// Who of the guardians living at one address gets a text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HouseholdRule {
    /// Each of them.
    #[default]
    EachGuardian,
    /// The first contact who can be reached, for all of them.
    OnePerHousehold,
}

/// Not the name of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a household rule")]
pub struct UnknownHouseholdRule;

explain! {
    UnknownHouseholdRule:
    _ => "unknown_household_rule",
        "Les règles possibles sont each_guardian (un SMS par responsable) et one_per_household (un SMS par foyer).",
        "The possible rules are each_guardian (one SMS each) and one_per_household (one SMS per household).";
}

impl HouseholdRule {
    /// Both.
    pub const ALL: [Self; 2] = [Self::EachGuardian, Self::OnePerHousehold];

    /// The name that the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EachGuardian => "each_guardian",
            Self::OnePerHousehold => "one_per_household",
        }
    }

    /// The rule of this name.
    pub fn parse(name: &str) -> Result<Self, UnknownHouseholdRule> {
        Self::ALL.into_iter().find(|rule| rule.as_str() == name).ok_or(UnknownHouseholdRule)
    }
}
