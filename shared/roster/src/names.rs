//! Comparison of names.

use domain::{directory::GivenName, line::folded};

/// A person's names, folded for comparison. A file may know a name in use and a name at birth; either may be in the
/// directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Names {
    pub first: String,
    pub last: Vec<String>,
}

impl Names {
    pub fn new(first: &GivenName, last: &GivenName, birth: Option<&GivenName>) -> Self {
        let mut names = vec![folded(last.as_str())];
        names.extend(birth.map(|birth| folded(birth.as_str())).filter(|birth| *birth != names[0]));
        Self { first: folded(first.as_str()), last: names }
    }

    /// Whether one of the last names is shared.
    pub fn shares_last(&self, other: &Self) -> bool {
        self.last.iter().any(|last| other.last.contains(last))
    }

    /// Whether first name and a last name are equal.
    pub fn same(&self, other: &Self) -> bool {
        self.first == other.first && self.shares_last(other)
    }

    /// Whether a full name in one cell, folded, is this name in either order.
    pub fn is_written(&self, full: &str) -> bool {
        self.last
            .iter()
            .any(|last| full == format!("{} {last}", self.first) || full == format!("{last} {}", self.first))
    }

    /// The keys of an index by full name, in both orders.
    pub fn keys(&self) -> impl Iterator<Item = String> + '_ {
        let orders = |last: &String| [format!("{} {last}", self.first), format!("{last} {}", self.first)];
        self.last.iter().flat_map(orders)
    }
}

/// A person's names, as a file writes them.
pub(crate) struct WrittenNames {
    pub first: GivenName,
    pub last: GivenName,
    /// The name at birth, if it is another one.
    pub birth: Option<GivenName>,
}
