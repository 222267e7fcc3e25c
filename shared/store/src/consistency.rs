//! Read consistency.

/// The consistency of a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consistency {
    /// Reflects all earlier writes.
    Strong,
    /// May miss the latest writes, at half the price.
    Eventual,
}

impl Consistency {
    pub(super) fn is_strong(self) -> bool {
        self == Self::Strong
    }
}
