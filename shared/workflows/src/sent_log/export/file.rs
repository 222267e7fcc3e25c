//! A file written message by message and drained in pieces.

use bytes::Bytes;
use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use jiff::tz::TimeZone;

use super::columns;
use crate::sent_log::MessageBody;
use domain::sent_log::export::Format;
use domain::{language::Language, sent_log::Logged};

/// Writes a file.
#[derive(Debug)]
pub struct FileWriter {
    rows: Rows,
    messages: u64,
}

/// Rows not yet drained.
#[derive(Debug)]
enum Rows {
    Csv { rows: Box<Writer<Vec<u8>>>, zone: TimeZone },
    JsonLines { lines: Vec<u8>, language: Language },
}

/// Makes spreadsheets read the file as UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";

impl FileWriter {
    /// Creates a file with one time zone, and one language for texts in JSON. Spreadsheets are in
    /// French.
    pub fn new(format: Format, zone: TimeZone, language: Language) -> Self {
        let rows = match format {
            Format::Csv => Rows::Csv { rows: rows_after(BYTE_ORDER_MARK), zone },
            Format::JsonLines => Rows::JsonLines { lines: Vec::new(), language },
        };
        let mut file = Self { rows, messages: 0 };
        if let Rows::Csv { rows, .. } = &mut file.rows {
            rows.write_record(columns::HEADINGS).expect(IN_MEMORY);
        }
        file
    }

    /// Writes a message.
    pub fn write(&mut self, logged: &Logged<'_>) {
        self.messages += 1;
        match &mut self.rows {
            Rows::Csv { rows, zone } => {
                rows.write_record(columns::cells(logged, zone)).expect(IN_MEMORY);
            }
            Rows::JsonLines { lines, language } => {
                let message = MessageBody::new(logged, *language);
                serde_json::to_writer(&mut *lines, &message).expect(IN_MEMORY);
                lines.push(b'\n');
            }
        }
    }

    /// Returns the number of messages written.
    pub const fn messages(&self) -> u64 {
        self.messages
    }

    /// Drains the output since the last call.
    pub fn take(&mut self) -> Bytes {
        match &mut self.rows {
            Rows::Csv { rows, .. } => {
                let written = std::mem::replace(rows, rows_after(""));
                written.into_inner().expect(IN_MEMORY).into()
            }
            Rows::JsonLines { lines, .. } => std::mem::take(lines).into(),
        }
    }
}

const IN_MEMORY: &str = "memory takes what is written";

fn rows_after(beginning: &str) -> Box<Writer<Vec<u8>>> {
    let mut builder = WriterBuilder::new();
    // All cells quoted: where commas separate cells too, no cell is split.
    builder.delimiter(b';').terminator(Terminator::CRLF).quote_style(QuoteStyle::Always);
    Box::new(builder.from_writer(beginning.as_bytes().to_vec()))
}
