//! The rows of a table, from a text or a workbook.

use super::{
    html,
    limits::MAX_TITLES,
    text,
    workbook::{self, OLE_MARK, ZIP_MARK},
};
use crate::{FileError, MAX_LINES};

/// The cells of a table.
pub(super) struct Grid {
    pub rows: Vec<Row>,
}

/// A line with something in it.
pub(super) struct Row {
    /// As an editor or a spreadsheet counts, from 1.
    pub line: u32,
    /// Trimmed cells; none if the line cannot be read.
    pub cells: Option<Vec<String>>,
}

impl Grid {
    pub fn read(bytes: &[u8]) -> Result<Self, FileError> {
        if bytes.starts_with(ZIP_MARK) || bytes.starts_with(OLE_MARK) {
            let rows = workbook::rows(bytes)?.into_iter();
            return Ok(Self { rows: rows.map(|(line, cells)| Row { line, cells: Some(cells) }).collect() });
        }
        let decoded = text::decode(bytes)?;
        if decoded.contains('\0') {
            return Err(FileError::UnknownFormat);
        }
        let start = decoded.trim_start().get(..200).unwrap_or(&decoded).to_lowercase();
        if start.starts_with("<!doctype html") || start.starts_with("<html") || start.starts_with("<table") {
            let rows = html::rows(&decoded).into_iter();
            return Ok(Self { rows: rows.map(|(line, cells)| Row { line, cells: Some(cells) }).collect() });
        }
        if start.starts_with("<?xml") {
            return Err(FileError::UnknownFormat);
        }
        delimited(&decoded)
    }
}

fn delimited(decoded: &str) -> Result<Grid, FileError> {
    let text = without_separator_line(decoded);
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter(text))
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(text.as_bytes());
    // Line numbers of an editor, which counts a dropped `sep=;`.
    let first_line = if text.len() == decoded.len() { 1 } else { 2 };
    let mut counter = LineCounter { text: text.as_bytes(), counted: 0, line: first_line };
    let (mut rows, mut last_record) = (Vec::new(), 0);
    for record in reader.records() {
        let position = match &record {
            Ok(record) if record.iter().all(str::is_empty) => continue,
            Ok(record) => record.position(),
            Err(error) => error.position(),
        };
        last_record =
            position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(last_record);
        let line = counter.line_at(position);
        rows.push(Row { line, cells: record.ok().map(|record| record.iter().map(str::to_owned).collect()) });
        if rows.len() > MAX_LINES + MAX_TITLES {
            return Err(FileError::TooManyLines);
        }
    }
    // With an odd number of quotes, the last record contains everything after the unclosed one.
    let last = text.get(last_record..).unwrap_or_default();
    if last.matches('"').count() % 2 == 1 && last.trim_end().contains('\n') {
        return Err(FileError::UnclosedQuote);
    }
    Ok(Grid { rows })
}

/// Drops the line `sep=;`, a hint to spreadsheets about the separator.
fn without_separator_line(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.trim_end().len() == 5 && first.starts_with("sep=") => rest,
        _ => text,
    }
}

/// The separator: the most frequent of `;`, tab and `,` in the first lines, outside quotes.
fn delimiter(text: &str) -> u8 {
    let mut counts = [(b';', 0), (b'\t', 0), (b',', 0)];
    let (mut quoted, mut lines) = (false, 0);
    for byte in text.trim_start().bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => lines += 1,
            _ if !quoted => counts.iter_mut().filter(|(d, _)| *d == byte).for_each(|(_, count)| *count += 1),
            _ => {}
        }
        // A title above the headers may have a comma.
        if lines == 4 {
            break;
        }
    }
    // On a tie, the first one: French exports use semicolons.
    counts.into_iter().rev().max_by_key(|(_, count)| *count).map_or(b';', |(delimiter, _)| delimiter)
}

/// Line numbers of an editor. The CSV reader's own number is that of the line break before.
struct LineCounter<'t> {
    text: &'t [u8],
    counted: usize,
    line: u32,
}

impl LineCounter<'_> {
    fn line_at(&mut self, position: Option<&csv::Position>) -> u32 {
        let start =
            position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.counted);
        while let Some(byte) = self.text.get(self.counted) {
            if self.counted >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            // A line ends with \n, or with \r alone.
            let ends = *byte == b'\n' || (*byte == b'\r' && self.text.get(self.counted + 1) != Some(&b'\n'));
            self.line += u32::from(ends);
            self.counted += 1;
        }
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_the_first_lines_have_most_of() {
        assert_eq!(delimiter("Nom;Prénom;Tél\n1,2;3"), b';');
        assert_eq!(delimiter("Nom,Prénom,Tél\n"), b',');
        assert_eq!(delimiter("Nom\tPrénom\n"), b'\t');
        assert_eq!(delimiter("\"Nom, prénom, âge\";Tél\n"), b';');
        assert_eq!(delimiter("Collège Jean Moulin, Paris\nNom;Prénom\n"), b';');
        assert_eq!(delimiter("Nom"), b';');
    }
}
