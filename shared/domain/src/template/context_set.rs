//! A set of contexts, such as those refused by a family.

use super::Context;

/// A set of contexts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContextSet(u16);

impl ContextSet {
    /// The empty set.
    pub const EMPTY: Self = Self(0);

    /// Whether it contains a context.
    pub const fn contains(self, context: Context) -> bool {
        self.0 & bit(context) != 0
    }

    /// Adds a context.
    pub const fn with(self, context: Context) -> Self {
        Self(self.0 | bit(context))
    }

    /// Removes a context.
    pub const fn without(self, context: Context) -> Self {
        Self(self.0 & !bit(context))
    }

    /// Returns the union.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether it is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Iterates in catalogue order.
    pub fn iter(self) -> impl Iterator<Item = Context> {
        Context::ALL.into_iter().filter(move |context| self.contains(*context))
    }
}

/// The bit of a context. The catalogue has 13, and grows only at its end.
const fn bit(context: Context) -> u16 {
    1 << context as u16
}

impl FromIterator<Context> for ContextSet {
    fn from_iter<I: IntoIterator<Item = Context>>(contexts: I) -> Self {
        contexts.into_iter().fold(Self::EMPTY, Self::with)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_and_not_taken_out() {
        let all: ContextSet = Context::ALL.into_iter().collect();
        assert!(all.iter().eq(Context::ALL));
        let without = all.without(Context::Sanction);
        assert!(!without.contains(Context::Sanction) && without.contains(Context::Punishment));
        assert_eq!(without.union(ContextSet::EMPTY.with(Context::Sanction)), all);
        assert!(ContextSet::EMPTY.is_empty() && !all.is_empty());
    }
}
