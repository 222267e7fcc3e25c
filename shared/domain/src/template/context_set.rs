//! A set of contexts, such as those that a family does not want to hear of.

use super::Context;

/// Some of the contexts, each once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContextSet(u16);

impl ContextSet {
    /// None of them.
    pub const EMPTY: Self = Self(0);

    /// Whether a context is among them.
    pub const fn contains(self, context: Context) -> bool {
        self.0 & bit(context) != 0
    }

    /// With one more.
    pub const fn with(self, context: Context) -> Self {
        Self(self.0 | bit(context))
    }

    /// Without one.
    pub const fn without(self, context: Context) -> Self {
        Self(self.0 & !bit(context))
    }

    /// Those of both sets.
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Each of them, in the order of the catalogue.
    pub fn iter(self) -> impl Iterator<Item = Context> {
        Context::ALL.into_iter().filter(move |context| self.contains(*context))
    }
}

/// A context's place. The catalogue has 13, in an order that only grows at its end.
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
