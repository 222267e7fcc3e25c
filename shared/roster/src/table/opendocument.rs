//! OpenDocument sheets: the text of each cell, whether or not the cell has a type.

use quick_xml::{
    Reader,
    events::{BytesStart, Event},
};

use super::limits::{MAX_COLUMNS, MAX_TITLES};
use crate::{FileError, MAX_LINES};

/// The rows of the first table, with their numbers from 1.
pub(super) fn rows(content: &str) -> Result<Vec<(u32, Vec<String>)>, FileError> {
    let mut reader = Reader::from_str(content);
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut repeats_row, mut repeats_cell) = (0_u32, 1, 1);
    loop {
        match reader.read_event().map_err(|_| FileError::Damaged)? {
            Event::Start(element) => match element.local_name().as_ref() {
                "table-row" => repeats_row = repeated(&element, "number-rows-repeated"),
                "table-cell" => repeats_cell = repeated(&element, "number-columns-repeated"),
                _ => {}
            },
            Event::Empty(element) if element.local_name().as_ref() == "table-cell" => {
                let many = repeated(&element, "number-columns-repeated");
                row.extend(std::iter::repeat_n(
                    String::new(),
                    many.min(MAX_COLUMNS - row.len().min(MAX_COLUMNS)),
                ));
            }
            Event::Text(text) => cell.push_str(&text),
            Event::GeneralRef(entity) => {
                cell.push_str(quick_xml::escape::resolve_predefined_entity(&entity).unwrap_or_default());
            }
            Event::End(element) => match element.local_name().as_ref() {
                "table-cell" => {
                    let text = std::mem::take(&mut cell).trim().to_owned();
                    row.extend(std::iter::repeat_n(
                        text,
                        repeats_cell.min(MAX_COLUMNS - row.len().min(MAX_COLUMNS)),
                    ));
                }
                "table-row" => {
                    line = line.saturating_add(1);
                    if row.iter().any(|cell| !cell.is_empty()) {
                        rows.push((line, std::mem::take(&mut row)));
                    }
                    row.clear();
                    line = line.saturating_add(u32::try_from(repeats_row - 1).unwrap_or(u32::MAX));
                }
                "table" if !rows.is_empty() => return Ok(rows),
                _ => {}
            },
            Event::Eof => return Ok(rows),
            _ => {}
        }
        if rows.len() > MAX_LINES + MAX_TITLES {
            return Err(FileError::TooManyLines);
        }
    }
}

fn repeated(element: &BytesStart<'_>, name: &str) -> usize {
    let attributes = element.attributes().flatten();
    let found = attributes.into_iter().find(|attribute| attribute.key.local_name().as_ref() == name);
    found.and_then(|attribute| attribute.value.parse().ok()).unwrap_or(1).max(1)
}
