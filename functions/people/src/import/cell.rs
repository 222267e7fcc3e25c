//! One cell of a line.

/// A cell, and whether its column exists at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell<T> {
    NoColumn,
    Empty,
    Holds(T),
}

impl<T> Cell<T> {
    /// The value after an import: a file that has the column decides, one that has not leaves the
    /// directory as it is.
    pub fn over(self, present: Option<T>) -> Option<T> {
        match self {
            Self::NoColumn => present,
            Self::Empty => None,
            Self::Holds(value) => Some(value),
        }
    }
}

/// A cell on one line: a quoted line break inside a name is a space.
pub(super) fn one_line(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A cell of a column, parsed where it holds something.
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
