//! One cell of a line.

/// A cell, and whether its column exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell<T> {
    NoColumn,
    Empty,
    Holds(T),
}

impl<T> Cell<T> {
    /// The value after an import: a column in the file replaces the directory's value, a missing column
    /// leaves it.
    pub fn over(self, present: Option<T>) -> Option<T> {
        match self {
            Self::NoColumn => present,
            Self::Empty => None,
            Self::Holds(value) => Some(value),
        }
    }
}

/// A cell as one line: a quoted line break within a name becomes a space.
pub(super) fn one_line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Parses a cell unless it is empty.
pub(super) fn parse_cell<T, E>(
    cell: Option<&str>,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<Cell<T>, E> {
    match cell {
        None => Ok(Cell::NoColumn),
        Some("") => Ok(Cell::Empty),
        Some(text) => parse(text).map(Cell::Holds),
    }
}
