//! How a read relates to the writes before it.

/// The consistency of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// Every write before it counts.
    Strong,
    /// Writes of the last moment may be missing: half the price.
    Eventual,
}

impl Consistency {
    pub(super) fn is_strong(self) -> bool {
        self == Self::Strong
    }
}
