//! Write conditions.

use std::collections::HashMap;

use super::{attributes::number, keys::Item};

/// A write condition.
#[derive(Clone, Copy, Debug)]
pub(super) enum Condition {
    /// No item has this key.
    Absent,
    /// The item has this version.
    Version(u64),
}

impl Condition {
    pub const fn expression(self) -> &'static str {
        match self {
            Self::Absent => "attribute_not_exists(pk)",
            Self::Version(_) => "#v = :v",
        }
    }

    pub fn names(self) -> Option<HashMap<String, String>> {
        match self {
            Self::Absent => None,
            Self::Version(_) => Some(HashMap::from([("#v".to_owned(), "version".to_owned())])),
        }
    }

    pub fn values(self) -> Option<Item> {
        match self {
            Self::Absent => None,
            Self::Version(version) => Some(HashMap::from([(":v".to_owned(), number(version))])),
        }
    }
}
