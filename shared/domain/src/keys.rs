//! The keys of a secret, for rotation.

use std::{fmt, sync::Arc};

/// The keys of a secret, current one first.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys(Arc<[String]>);

impl Keys {
    /// Parses a secret's value, one key per line.
    pub fn of(value: &str) -> Self {
        Self(value.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// Whether there is no key.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the current key, used for signing. Empty only for a secret set to empty by hand.
    pub fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Returns all keys accepted for verification.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}
