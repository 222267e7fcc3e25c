//! Write conditions.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{attributes::number, keys::Item};
use domain::id::PersonId;

/// A write condition.
#[derive(Clone, Copy, Debug)]
pub(super) enum Condition {
    /// No item has this key.
    Absent,
    /// The item has this version.
    Version(u64),
    /// No item has this key, or it belongs to this person.
    AbsentOrOf(PersonId),
}

impl Condition {
    pub const fn expression(self) -> &'static str {
        match self {
            Self::Absent => "attribute_not_exists(pk)",
            Self::Version(_) => "#v = :v",
            Self::AbsentOrOf(_) => "attribute_not_exists(pk) OR #p = :p",
        }
    }

    pub fn names(self) -> Option<HashMap<String, String>> {
        match self {
            Self::Absent => None,
            Self::Version(_) => Some(HashMap::from([("#v".to_owned(), "version".to_owned())])),
            Self::AbsentOrOf(_) => Some(HashMap::from([("#p".to_owned(), "person".to_owned())])),
        }
    }

    pub fn values(self) -> Option<Item> {
        match self {
            Self::Absent => None,
            Self::Version(version) => Some(HashMap::from([(":v".to_owned(), number(version))])),
            Self::AbsentOrOf(person) => {
                Some(HashMap::from([(":p".to_owned(), AttributeValue::S(person.to_string()))]))
            }
        }
    }
}
