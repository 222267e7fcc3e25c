//! Where something stands in the files of an import.

use serde::{Deserialize, Serialize};

/// A place in the files of an import, as a person finds it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, PartialOrd, Ord, Hash)]
pub struct Origin {
    /// The file among those of the import, from 0.
    pub file: u16,
    /// The line of a text, the row of a sheet, or the line of an XML element, from 1.
    pub line: u32,
}
