//! The cells of a sheet, as a person reads them.

use super::limits::{MAX_COLUMNS, MAX_TITLES};
use crate::{FileError, MAX_LINES};

/// Rows that grow cell by cell. A cell says where it is, so that a far one must not make a near memory full.
#[derive(Default)]
pub(super) struct Sheet(Vec<(u32, Vec<String>)>);

impl Sheet {
    /// Adds a cell by its row and column from 0. Cells come row by row.
    pub fn add(&mut self, row: u32, column: usize, cell: String) -> Result<(), FileError> {
        if cell.is_empty() {
            return Ok(());
        }
        if column >= MAX_COLUMNS {
            return Err(FileError::TooLarge);
        }
        let line = row.checked_add(1).ok_or(FileError::TooLarge)?;
        if self.0.last().is_none_or(|(last, _)| *last != line) {
            if self.0.len() > MAX_LINES + MAX_TITLES {
                return Err(FileError::TooManyLines);
            }
            self.0.push((line, Vec::new()));
        }
        if let Some((_, cells)) = self.0.last_mut() {
            if cells.len() <= column {
                cells.resize(column + 1, String::new());
            }
            cells[column] = cell;
        }
        Ok(())
    }

    /// The rows with their numbers from 1.
    pub fn rows(self) -> Vec<(u32, Vec<String>)> {
        self.0
    }
}

/// Spreadsheets keep numbers as fractions.
pub(super) fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 { format!("{number:.0}") } else { number.to_string() }
}

/// Spreadsheets keep days as numbers, from the last day of 1899 on.
pub(super) fn day(serial: f64) -> String {
    let days = (1.0..200_000.0).contains(&serial).then(|| jiff::Span::new().days(serial as i64));
    let day = days.and_then(|days| jiff::civil::date(1899, 12, 30).checked_add(days).ok());
    day.map_or_else(|| number(serial), |day| day.to_string())
}
