//! The keys of a secret.

use std::{fmt, sync::Arc};

/// The lines of a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys(Arc<[String]>);

impl Keys {
    /// The keys of a value, one a line.
    pub fn of(value: &str) -> Self {
        Self(value.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What we use ourselves. Empty only for a secret that was given empty by hand.
    pub fn first(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// All that is taken from others.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(…)")
    }
}
