//! The adults of a child, as evidence of identity.

use std::collections::HashSet;

use domain::phone::PhoneNumber;

/// The adults of a child: numbers, and folded full names.
#[derive(Clone, Debug, Default)]
pub(super) struct Family {
    pub phones: HashSet<PhoneNumber>,
    pub names: HashSet<String>,
}

/// What two families say about whether their child is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// An adult of the same name and number is in both.
    Same,
    /// Both have adults, and none is in both.
    Other,
    Silent,
}

impl Family {
    pub fn compare(&self, other: &Self) -> Evidence {
        let shares_name = !self.names.is_disjoint(&other.names);
        if shares_name && !self.phones.is_disjoint(&other.phones) {
            Evidence::Same
        } else if self.names.is_empty() || other.names.is_empty() || shares_name {
            Evidence::Silent
        } else if self.phones.is_disjoint(&other.phones) {
            Evidence::Other
        } else {
            // One number under two names: a family phone, or a number that changed hands.
            Evidence::Silent
        }
    }
}
