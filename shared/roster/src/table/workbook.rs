//! The cells of a workbook: the first sheet with something in it.

use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};

use super::{
    excel97,
    limits::MAX_UNPACKED,
    opendocument,
    sheet::{Sheet, day, number},
};
use crate::FileError;

/// The first bytes of current and older workbooks.
pub(crate) const ZIP_MARK: &[u8] = b"PK\x03\x04";
pub(super) const OLE_MARK: &[u8] = b"\xd0\xcf\x11\xe0";

/// Reads a workbook of any kind.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, FileError> {
    if bytes.starts_with(OLE_MARK) {
        return excel97::rows(bytes);
    }
    check_unpacked(bytes)?;
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    if let Ok(entry) = archive.by_name("content.xml") {
        let mut content = String::new();
        entry.take(MAX_UNPACKED).read_to_string(&mut content).map_err(|_| FileError::Damaged)?;
        return opendocument::rows(&content);
    }
    current(bytes)
}

fn current(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, FileError> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| FileError::UnknownFormat)?;
    for name in workbook.sheet_names() {
        let mut cells = workbook.worksheet_cells_reader(&name).map_err(|_| FileError::Damaged)?;
        let mut sheet = Sheet::default();
        while let Some(cell) = cells.next_cell().map_err(|_| FileError::Damaged)? {
            let (row, column) = cell.get_position();
            let column = usize::try_from(column).map_err(|_| FileError::TooLarge)?;
            sheet.add(row, column, text(cell.get_value()))?;
        }
        let rows = sheet.rows();
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Err(FileError::Empty)
}

/// Unpacks into nothing: what an archive says about its own size proves nothing.
fn check_unpacked(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let mut left = MAX_UNPACKED;
    for place in 0..archive.len() {
        let entry = archive.by_index(place).map_err(|_| FileError::Damaged)?;
        let unpacked =
            std::io::copy(&mut entry.take(left + 1), &mut std::io::sink()).map_err(|_| FileError::Damaged)?;
        left = left.checked_sub(unpacked).ok_or(FileError::TooLarge)?;
    }
    Ok(())
}

/// A cell as a person reads it.
fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::Empty | DataRef::Error(_) => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.trim().to_owned()
        }
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Float(float) => number(*float),
        DataRef::Int(number) => number.to_string(),
        DataRef::Bool(yes) => if *yes { "oui" } else { "non" }.to_owned(),
        DataRef::DateTime(instant) => day(instant.as_f64()),
    }
}
