//! Workbooks of Excel 97 to 2003 (BIFF8, [MS-XLS]): cells of the first sheet with something in it.
//!
//! Every length and place is checked against what is there: such files come from anywhere.

use std::{
    collections::BTreeSet,
    io::{Cursor, Read as _},
};

use encoding_rs::{UTF_16LE, WINDOWS_1252};

use super::{
    limits::MAX_UNPACKED,
    sheet::{Sheet, day, number},
};
use crate::FileError;

// Records of [MS-XLS] 2.3.
const BOUND_SHEET: u16 = 0x0085;
const CONTINUE: u16 = 0x003c;
const EOF: u16 = 0x000a;
const FILE_PASS: u16 = 0x002f;
const FORMAT: u16 = 0x041e;
const XF: u16 = 0x00e0;
const SHARED_STRINGS: u16 = 0x00fc;
const LABEL: u16 = 0x0204;
const LABEL_SHARED: u16 = 0x00fd;
const NUMBER: u16 = 0x0203;
const RK: u16 = 0x027e;
const MANY_RK: u16 = 0x00bd;
const FORMULA: u16 = 0x0006;
const STRING: u16 = 0x0207;

/// The rows of the first sheet with something in it, with their numbers from 1.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<(u32, Vec<String>)>, FileError> {
    let stream = stream(bytes)?;
    let globals = Globals::read(&stream)?;
    for start in &globals.sheets {
        let rows = sheet(stream.get(*start..).ok_or(FileError::Damaged)?, &globals)?;
        if !rows.is_empty() {
            return Ok(rows);
        }
    }
    Err(FileError::Empty)
}

fn stream(bytes: &[u8]) -> Result<Vec<u8>, FileError> {
    let mut container = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let mut content = Vec::new();
    let stream = container.open_stream("/Workbook").map_err(|_| FileError::UnknownFormat)?;
    // A chain of sectors may be a circle.
    let most = MAX_UNPACKED.min(bytes.len() as u64);
    stream.take(most).read_to_end(&mut content).map_err(|_| FileError::Damaged)?;
    Ok(content)
}

/// One record, and the pieces that continue it.
struct Record<'s> {
    kind: u16,
    data: &'s [u8],
}

/// The records of a stream, up to its end.
struct Records<'s>(&'s [u8]);

impl<'s> Iterator for Records<'s> {
    type Item = Record<'s>;

    fn next(&mut self) -> Option<Record<'s>> {
        let (kind, size) = (u16_at(self.0, 0)?, u16_at(self.0, 2)?);
        let data = self.0.get(4..4 + usize::from(size))?;
        self.0 = &self.0[4 + data.len()..];
        Some(Record { kind, data })
    }
}

fn u16_at(data: &[u8], place: usize) -> Option<u16> {
    Some(u16::from_le_bytes(data.get(place..place + 2)?.try_into().ok()?))
}

fn u32_at(data: &[u8], place: usize) -> Option<u32> {
    Some(u32::from_le_bytes(data.get(place..place + 4)?.try_into().ok()?))
}

fn f64_at(data: &[u8], place: usize) -> Option<f64> {
    Some(f64::from_le_bytes(data.get(place..place + 8)?.try_into().ok()?))
}

/// What all sheets share.
#[derive(Default)]
struct Globals {
    /// Where the sheets begin.
    sheets: Vec<usize>,
    strings: Vec<String>,
    /// The number format of each cell format.
    formats: Vec<u16>,
    /// The number formats of days.
    days: BTreeSet<u16>,
}

impl Globals {
    fn read(stream: &[u8]) -> Result<Self, FileError> {
        // The built-in formats of days.
        let mut globals = Self { days: (14..=17).chain([22]).collect(), ..Self::default() };
        let mut pieces: Vec<&[u8]> = Vec::new();
        let mut is_strings = false;
        for record in Records(stream) {
            match record.kind {
                FILE_PASS => return Err(FileError::Damaged),
                BOUND_SHEET => {
                    globals.sheets.extend(u32_at(record.data, 0).and_then(|at| usize::try_from(at).ok()));
                }
                XF => globals.formats.push(u16_at(record.data, 2).unwrap_or_default()),
                FORMAT => globals.days.extend(format_of_days(record.data)),
                EOF => break,
                _ => {}
            }
            is_strings = record.kind == SHARED_STRINGS || (is_strings && record.kind == CONTINUE);
            if is_strings {
                pieces.push(record.data);
            }
        }
        globals.strings = shared_strings(&pieces).unwrap_or_default();
        Ok(globals)
    }

    fn shown(&self, value: f64, format: Option<u16>) -> String {
        let format = format.and_then(|format| self.formats.get(usize::from(format)));
        if format.is_some_and(|format| self.days.contains(format)) { day(value) } else { number(value) }
    }
}

/// A number format that has days, months and years.
fn format_of_days(data: &[u8]) -> Option<u16> {
    let text = String::from_utf8_lossy(data.get(5..)?).to_lowercase().replace('\0', "");
    (text.contains('d') || text.contains('j')).then_some(text.contains('m')).filter(|has| *has)?;
    u16_at(data, 0)
}

/// The pieces of shared strings. A string may go on in the next piece, which then begins with a flag of its own.
struct Pieces<'p> {
    pieces: &'p [&'p [u8]],
    piece: usize,
    place: usize,
}

impl Pieces<'_> {
    fn byte(&mut self) -> Option<u8> {
        while self.place == self.pieces.get(self.piece)?.len() {
            (self.piece, self.place) = (self.piece + 1, 0);
        }
        self.place += 1;
        self.pieces[self.piece].get(self.place - 1).copied()
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from(self.u16()?) | u32::from(self.u16()?) << 16)
    }

    fn skip(&mut self, mut bytes: usize) -> Option<()> {
        while bytes > 0 {
            let left = self.pieces.get(self.piece)?.len() - self.place;
            if left == 0 {
                (self.piece, self.place) = (self.piece + 1, 0);
            }
            let step = left.min(bytes);
            self.place += step;
            bytes -= step;
        }
        Some(())
    }

    fn characters(&mut self, count: u16, mut is_wide: bool) -> Option<String> {
        let mut units: Vec<u8> = Vec::new();
        for _ in 0..count {
            if self.place == self.pieces.get(self.piece)?.len() {
                is_wide = self.byte()? & 1 == 1;
            }
            let low = self.byte()?;
            let high = if is_wide { self.byte()? } else { 0 };
            units.extend([low, high]);
        }
        Some(UTF_16LE.decode_without_bom_handling(&units).0.into_owned())
    }
}

fn shared_strings(pieces: &[&[u8]]) -> Option<Vec<String>> {
    let mut pieces = Pieces { pieces, piece: 0, place: 0 };
    pieces.u32()?;
    let count = pieces.u32()?;
    let mut strings = Vec::new();
    for _ in 0..count {
        let Some(text) = shared_string(&mut pieces) else { break };
        strings.push(text);
    }
    Some(strings)
}

fn shared_string(pieces: &mut Pieces<'_>) -> Option<String> {
    let (count, flags) = (pieces.u16()?, pieces.byte()?);
    let runs = if flags & 8 == 8 { usize::from(pieces.u16()?) * 4 } else { 0 };
    let extended = if flags & 4 == 4 { usize::try_from(pieces.u32()?).ok()? } else { 0 };
    let text = pieces.characters(count, flags & 1 == 1)?;
    // What follows the last string may be cut off.
    let _ = pieces.skip(runs.saturating_add(extended));
    Some(text)
}

fn sheet(stream: &[u8], globals: &Globals) -> Result<Vec<(u32, Vec<String>)>, FileError> {
    let mut sheet = Sheet::default();
    let mut formula: Option<(u16, u16)> = None;
    for record in Records(stream).take_while(|record| record.kind != EOF) {
        if record.kind == STRING {
            if let (Some((row, column)), Some(text)) = (formula.take(), text_at(record.data, 0)) {
                sheet.add(u32::from(row), usize::from(column), text.trim().to_owned())?;
            }
            continue;
        }
        if record.kind == MANY_RK {
            many(record.data, globals, &mut sheet)?;
            continue;
        }
        let data = record.data;
        let (Some(row), Some(column)) = (u16_at(data, 0), u16_at(data, 2)) else { continue };
        let format = u16_at(data, 4);
        let cell = match record.kind {
            LABEL_SHARED => u32_at(data, 6)
                .and_then(|place| globals.strings.get(usize::try_from(place).ok()?))
                .map(|text| text.trim().to_owned()),
            LABEL => text_at(data, 6),
            NUMBER => f64_at(data, 6).map(|value| globals.shown(value, format)),
            RK => u32_at(data, 6).map(|value| globals.shown(rk(value), format)),
            FORMULA if data.get(12..14) == Some(&[0xff, 0xff]) => {
                formula = (data.get(6) == Some(&0)).then_some((row, column));
                None
            }
            FORMULA => f64_at(data, 6).map(|value| globals.shown(value, format)),
            _ => None,
        };
        if let Some(cell) = cell {
            sheet.add(u32::from(row), usize::from(column), cell)?;
        }
    }
    Ok(sheet.rows())
}

/// A row of numbers.
fn many(data: &[u8], globals: &Globals, sheet: &mut Sheet) -> Result<(), FileError> {
    let (Some(row), Some(first)) = (u16_at(data, 0), u16_at(data, 2)) else { return Ok(()) };
    let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or_default().chunks_exact(6);
    for (place, cell) in cells.enumerate() {
        if let Some(value) = u32_at(cell, 2) {
            let column = usize::from(first) + place;
            sheet.add(u32::from(row), column, globals.shown(rk(value), u16_at(cell, 0)))?;
        }
    }
    Ok(())
}

/// A number in 30 bits: an integer or the upper half of a fraction, perhaps a hundredfold.
fn rk(value: u32) -> f64 {
    let number = if value & 2 == 2 {
        f64::from(value.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(value & !3) << 32)
    };
    if value & 1 == 1 { number / 100.0 } else { number }
}

/// A text with its length and the width of its characters.
fn text_at(data: &[u8], place: usize) -> Option<String> {
    let (count, is_wide) = (usize::from(u16_at(data, place)?), data.get(place + 2)? & 1 == 1);
    let start = place + 3;
    Some(if is_wide {
        UTF_16LE.decode_without_bom_handling(data.get(start..start + 2 * count)?).0.trim().to_owned()
    } else {
        WINDOWS_1252.decode_without_bom_handling(data.get(start..start + count)?).0.trim().to_owned()
    })
}
