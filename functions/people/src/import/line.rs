//! Parses the lines of a file, or refuses them one by one.

use domain::{
    audience::Audience,
    directory::{ClassName, ExternalId, GivenName},
    explain,
    line::folded,
    phone::PhoneNumber,
    territory::Territory,
};

use super::{
    address_cells::AddressCells,
    cell::{Cell, one_line, parse_cell},
    columns::{self, Column},
    decoding,
    header::Columns,
    refusal::LineRefusal,
};

/// A parsed line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ImportLine {
    pub audience: Audience,
    pub first_name: GivenName,
    pub last_name: GivenName,
    /// `NoColumn` without such a column; `Empty` for an empty cell.
    pub class: Cell<ClassName>,
    pub phone: Cell<PhoneNumber>,
    pub address: AddressCells,
    pub accepts_sms: Cell<bool>,
    pub external_id: Option<ExternalId>,
    pub children: Vec<ChildHint>,
    pub rank: Option<u8>,
}

/// A guardian's reference to a child. Names are folded.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum ChildHint {
    ExternalId(String),
    Name { first: String, last: String, class: Option<String> },
    FullName { name: String, class: Option<String> },
}

/// Errors that refuse a whole file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// No header line, or no line of people.
    #[error("the file is empty")]
    Empty,
    /// A spreadsheet file, not an export.
    #[error("not a text file")]
    NotCsv,
    #[error("a quote is not closed")]
    UnclosedQuote,
    /// The header has no last name or no first name.
    #[error("the header lacks names")]
    NoNames,
    /// Neither a column nor the request gives the audience.
    #[error("the category is missing")]
    NoAudience,
    #[error("more than {MAX_LINES} lines")]
    TooManyLines,
}

/// The most lines of people in one file.
pub const MAX_LINES: usize = 20_000;

explain! {
    FileError:
    Self::Empty => "empty_file",
        "Le fichier est vide : il faut une ligne d’en-têtes, puis une personne par ligne.",
        "The file is empty: it needs a line of headers, then one person a line.";
    Self::NotCsv => "not_csv",
        "C’est un classeur, pas un fichier CSV : enregistrez-le au format « CSV (séparateur : point-virgule) ».",
        "This is a workbook, not a CSV file: save it as CSV.";
    Self::UnclosedQuote => "unclosed_quote",
        "Un guillemet est ouvert et jamais refermé : la fin du fichier serait perdue. Corrigez-le.",
        "A quote is opened and never closed: the end of the file would be lost. Correct it.";
    Self::NoNames => "no_name_columns",
        "La première ligne doit nommer les colonnes, dont « Nom » et « Prénom ».",
        "The first line must name the columns, among them “Nom” and “Prénom”.";
    Self::NoAudience => "no_category",
        "Ajoutez une colonne « Catégorie », ou ?audience= à l’adresse (pupils, guardians, teachers, staff, internship_supervisors).",
        "Add a column “Catégorie”, or ?audience= to the address (pupils, guardians, teachers, staff, internship_supervisors).";
    Self::TooManyLines => "too_many_lines",
        format!("Un fichier est limité à {MAX_LINES} lignes : découpez-le en plusieurs fichiers."),
        format!("A file is limited to {MAX_LINES} lines: cut it into several.");
}

/// A parsed file: its lines by number, and its unknown headers.
#[derive(Debug)]
pub(super) struct File {
    pub lines: Vec<(u64, Result<ImportLine, LineRefusal>)>,
    pub ignored_columns: Vec<String>,
}

impl File {
    /// Parses a file of a school. `audience` is the default without a column.
    pub fn read(bytes: &[u8], audience: Option<Audience>, home: Territory) -> Result<Self, FileError> {
        if bytes.starts_with(ZIP_MARK) || bytes.starts_with(OLE_MARK) {
            return Err(FileError::NotCsv);
        }
        let decoded = decoding::decode(bytes);
        let text = decoding::without_separator_line(&decoded);
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(decoding::delimiter(text))
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(text.as_bytes());
        let mut records = reader.records().filter(|record| !record.as_ref().is_ok_and(is_blank));
        let headers = records.next().and_then(Result::ok).ok_or(FileError::Empty)?;
        let columns = Columns::of(&headers, audience);
        if !columns.has(Column::LastName) || !columns.has(Column::FirstName) {
            return Err(FileError::NoNames);
        }
        let reader = LineReader {
            width: headers.len(),
            columns: &columns,
            default_audience: columns.default_audience(audience),
            home,
        };
        if reader.default_audience.is_none() && !columns.has(Column::Audience) {
            return Err(FileError::NoAudience);
        }
        let mut lines = Vec::new();
        let mut last_record = 0;
        // Line numbers of an editor, which counts a dropped `sep=;`.
        let first_line = if text.len() == decoded.len() { 1 } else { 2 };
        let mut counter = LineCounter { text: text.as_bytes(), counted: 0, line: first_line };
        for record in records {
            if lines.len() == MAX_LINES {
                return Err(FileError::TooManyLines);
            }
            let position = match &record {
                Ok(record) => record.position(),
                Err(error) => error.position(),
            };
            last_record =
                position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(last_record);
            lines.push(match record {
                Ok(record) => (counter.line_at(record.position()), reader.read(&record)),
                Err(error) => (counter.line_at(error.position()), Err(LineRefusal::Unreadable)),
            });
        }
        if lines.is_empty() {
            return Err(FileError::Empty);
        }
        // With an odd number of quotes, the last record contains everything after the unclosed one.
        let last = text.get(last_record..).unwrap_or_default();
        if last.matches('"').count() % 2 == 1 && last.trim_end().contains('\n') {
            return Err(FileError::UnclosedQuote);
        }
        Ok(Self { lines, ignored_columns: columns.ignored })
    }
}

/// The first bytes of current and older spreadsheet files.
const ZIP_MARK: &[u8] = b"PK\x03\x04";
const OLE_MARK: &[u8] = b"\xd0\xcf\x11\xe0";

/// Line numbers of an editor. The CSV reader's own number is that of the line break before.
struct LineCounter<'t> {
    text: &'t [u8],
    counted: usize,
    line: u64,
}

impl LineCounter<'_> {
    fn line_at(&mut self, position: Option<&csv::Position>) -> u64 {
        let start =
            position.and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(self.counted);
        while let Some(byte) = self.text.get(self.counted) {
            if self.counted >= start && !matches!(byte, b'\r' | b'\n') {
                break;
            }
            // A line ends with \n, or with \r alone.
            let ends = *byte == b'\n' || (*byte == b'\r' && self.text.get(self.counted + 1) != Some(&b'\n'));
            self.line += u64::from(ends);
            self.counted += 1;
        }
        self.line
    }
}

fn is_blank(record: &csv::StringRecord) -> bool {
    record.iter().all(str::is_empty)
}

struct LineReader<'c> {
    /// The number of headers.
    width: usize,
    columns: &'c Columns,
    default_audience: Option<Audience>,
    home: Territory,
}

impl LineReader<'_> {
    fn read(&self, record: &csv::StringRecord) -> Result<ImportLine, LineRefusal> {
        if record.iter().skip(self.width).any(|cell| !cell.is_empty()) {
            // An unquoted separator shifts the cells after it.
            return Err(LineRefusal::Unreadable);
        }
        let cell = |column| self.columns.cell(record, column);
        let filled = |column| cell(column).filter(|text| !text.is_empty());
        let name = |column| one_line(cell(column).unwrap_or_default());
        let audience = match filled(Column::Audience) {
            Some(text) => columns::audience(text).ok_or(LineRefusal::UnknownAudience)?,
            None => self.default_audience.ok_or(LineRefusal::UnknownAudience)?,
        };
        let own_id = filled(Column::ExternalId)
            .or_else(|| filled(Column::PupilId).filter(|_| audience == Audience::Pupils));
        Ok(ImportLine {
            audience,
            last_name: GivenName::parse(&name(Column::LastName)).map_err(LineRefusal::LastName)?,
            first_name: GivenName::parse(&name(Column::FirstName)).map_err(LineRefusal::FirstName)?,
            class: parse_cell(cell(Column::Class), ClassName::parse).map_err(LineRefusal::Class)?,
            phone: parse_cell(cell(Column::Phone), |text| PhoneNumber::parse(text, self.home))
                .map_err(LineRefusal::Phone)?,
            address: AddressCells::read(self.columns, record).map_err(LineRefusal::Address)?,
            accepts_sms: parse_cell(cell(Column::AcceptsSms), |text| {
                columns::yes_or_no(text).ok_or(LineRefusal::NotYesOrNo)
            })?,
            external_id: own_id.map(ExternalId::parse).transpose().map_err(LineRefusal::ExternalId)?,
            rank: filled(Column::Rank)
                .map(|text| text.parse().ok().filter(|rank| *rank > 0).ok_or(LineRefusal::Rank))
                .transpose()?,
            children: if audience == Audience::Guardians { self.children(record) } else { Vec::new() },
        })
    }

    fn children(&self, record: &csv::StringRecord) -> Vec<ChildHint> {
        let filled = |column| self.columns.cell(record, column).filter(|text| !text.is_empty());
        if let Some(id) = filled(Column::ChildExternalId).or_else(|| filled(Column::PupilId)) {
            return vec![ChildHint::ExternalId(id.to_owned())];
        }
        let class = filled(Column::ChildClass).or_else(|| filled(Column::Class)).map(folded);
        let (last, first) = (filled(Column::ChildLastName), filled(Column::ChildFirstName));
        if last.is_some() || first.is_some() {
            // Half a name matches no child, and the line is refused.
            let [last, first] = [last, first].map(|name| folded(name.unwrap_or_default()));
            return vec![ChildHint::Name { first, last, class }];
        }
        // Several children in one cell, one a line or with a separator.
        filled(Column::Children)
            .unwrap_or_default()
            .split(['\n', '\r', '|', '/', '+', ';', ','])
            .map(folded)
            .filter(|name| !name.is_empty())
            .map(|name| ChildHint::FullName { name, class: class.clone() })
            .collect()
    }
}
