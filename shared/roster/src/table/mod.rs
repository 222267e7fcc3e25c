//! Any table of people: CSV in its many forms, workbooks, pages called "xls".

mod cells;
mod columns;
mod excel97;
mod full_names;
mod grid;
mod header;
mod html;
mod limits;
mod line;
mod opendocument;
mod sheet;
mod text;
mod words;
mod workbook;

use std::collections::BTreeMap;

use domain::{
    audience::Audience,
    directory::{ClassName, ExternalId, GivenName, IdentifierScheme, Identifiers, Kinship},
    line::LineError,
    territory::Territory,
};

pub(crate) use cells::{is_placeholder, phone as phone_cell};

pub(crate) use limits::MAX_UNPACKED;
pub(crate) use text::decode;
pub(crate) use workbook::ZIP_MARK;

use crate::{
    AdultRecord, Column, ColumnMeaning, FileError, Finding, FindingKind, MAX_LINES, Mapping, Origin,
    PupilRecord, PupilRef, Roster, TieRecord,
};
use crate::{
    field::{Group, What, Who},
    names::WrittenNames,
};
use columns::Columns;
use grid::{Grid, Row};
use limits::MAX_TITLES;
use line::Line;

/// Reads a table. `audience` is the category of people without one.
pub(crate) fn read(
    bytes: &[u8],
    file: u16,
    home: Territory,
    audience: Option<Audience>,
    mapping: &Mapping,
) -> Result<Roster, FileError> {
    let grid = Grid::read(bytes)?;
    if grid.rows.is_empty() {
        return Err(FileError::Empty);
    }
    let headers = grid
        .rows
        .iter()
        .take(MAX_TITLES)
        .enumerate()
        .find_map(|(place, row)| Some((place, Columns::of(row.cells.as_ref()?, audience, mapping)?)));
    let (place, columns) = headers.ok_or(FileError::NoNames)?;
    let mut reader =
        Reader { columns: &columns, file, home, roster: Roster::default(), blank_consents: Vec::new() };
    reader.note_headers(&grid.rows[place]);
    let people = &grid.rows[place + 1..];
    if people.is_empty() {
        return Err(FileError::Empty);
    }
    if people.len() > MAX_LINES {
        return Err(FileError::TooManyLines);
    }
    if columns.audience.is_none() && !columns.has(Who::Person, What::Category) {
        return Err(FileError::NoAudience);
    }
    for row in people {
        reader.line(row);
    }
    Ok(reader.finish())
}

struct Reader<'r> {
    columns: &'r Columns,
    file: u16,
    home: Territory,
    roster: Roster,
    /// Guardians whose cell of consent is blank.
    blank_consents: Vec<usize>,
}

impl Reader<'_> {
    fn note_headers(&mut self, row: &Row) {
        let origin = Origin { file: self.file, line: row.line };
        for (header, meaning) in self.columns.meanings().filter(|(header, _)| !header.is_empty()) {
            self.roster.columns.push(Column { file: self.file, header: header.clone(), meaning });
            if meaning == ColumnMeaning::Unknown {
                self.roster.findings.push(Finding {
                    origin,
                    column: Some(header.clone()),
                    cell: None,
                    kind: FindingKind::UnknownColumn,
                });
            }
        }
    }

    fn line(&mut self, row: &Row) {
        let origin = Origin { file: self.file, line: row.line };
        let cells = row.cells.as_deref().unwrap_or_default();
        let mut line = Line { columns: self.columns, cells, origin, home: self.home, findings: Vec::new() };
        let width = self.columns.headers.len();
        if row.cells.is_none() || cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            // An unquoted separator shifts the cells after it.
            line.note_at(None, FindingKind::UnreadableLine);
        } else {
            self.person(&mut line);
        }
        self.roster.findings.append(&mut line.findings);
    }

    fn person(&mut self, line: &mut Line<'_>) {
        let first_cell = line.cells.iter().find(|cell| !cell.is_empty()).map_or("", String::as_str);
        let names = match line.names(Who::Person) {
            Ok(names) => names,
            Err(_) if words::is_summary(first_cell) => return line.note_at(None, FindingKind::NotAPerson),
            Err(error) => return line.note_at(None, FindingKind::Name(error)),
        };
        let category = line.cell(Who::Person, What::Category);
        let audience = match category {
            "" => words::audience(line.cell(Who::Person, What::Function)).or(self.columns.audience),
            category => words::audience(category),
        };
        match audience {
            None => line.note(Who::Person, What::Category, FindingKind::UnknownCategory),
            Some(Audience::Pupils) => self.pupil(line, names),
            Some(
                audience @ (Audience::Guardians
                | Audience::Teachers
                | Audience::Staff
                | Audience::InternshipSupervisors),
            ) => {
                let adult = self.adult(line, Who::Person, audience, names);
                if audience == Audience::Guardians {
                    self.children(line, adult);
                }
            }
        }
    }

    /// A pupil's line, with the adults beside the pupil.
    fn pupil(&mut self, line: &mut Line<'_>, names: WrittenNames) {
        let child = Who::Child(Group::Nth(0));
        let mut identifiers = line.identifiers(Who::Person, |_| true);
        for (scheme, id) in line.identifiers(child, |_| true).iter() {
            if identifiers.get(scheme).is_none() {
                identifiers.give(scheme, id.clone(), None);
            }
        }
        let structure = line.cell(Who::Person, What::StructureKind);
        let is_group = self.columns.says(What::StructureKind) && !structure.eq_ignore_ascii_case("D");
        let class = line.class(Who::Person).or_else(|| line.class(child)).filter(|_| !is_group);
        let pupil = PupilRecord {
            origin: line.origin,
            identifiers,
            first_name: names.first,
            last_name: names.last,
            birth_name: names.birth,
            birth_date: line.birth_date(Who::Person).or_else(|| line.birth_date(child)),
            class,
            phone: line.phone(Who::Person),
            address: line.address(Who::Person),
            accepts_sms: line.accepts_sms(Who::Person).0,
            left_on: line.left_on(Who::Person),
        };
        self.roster.pupils.push(pupil);
        let place = self.roster.pupils.len() - 1;
        let mut rank = 0;
        for who in self.columns.others(|who| matches!(who, Who::Adult(_))) {
            if let Ok(names) = line.names(who) {
                rank += 1;
                let adult = self.adult(line, who, Audience::Guardians, names);
                self.tie(line, adult, PupilRef::Record(place), who, Some(rank));
            } else if self.columns.places(who, What::Mobile).any(|place| !line.at(place).is_empty()) {
                line.note(who, What::Mobile, FindingKind::Name(LineError::Empty));
            }
        }
    }

    fn adult(&mut self, line: &mut Line<'_>, who: Who, audience: Audience, names: WrittenNames) -> usize {
        let own: fn(IdentifierScheme) -> bool = match audience {
            Audience::Guardians => |scheme| !numbers_pupils_only(scheme),
            Audience::Pupils | Audience::Teachers | Audience::Staff | Audience::InternshipSupervisors => {
                |_| true
            }
        };
        let (accepts_sms, is_blank) = line.accepts_sms(who);
        let adult = AdultRecord {
            origin: line.origin,
            audience,
            identifiers: line.identifiers(who, own),
            first_name: names.first,
            last_name: names.last,
            birth_name: names.birth,
            phone: line.phone(who),
            address: line.address(who),
            accepts_sms,
        };
        if is_blank && audience == Audience::Guardians {
            self.blank_consents.push(self.roster.adults.len());
        }
        self.roster.adults.push(adult);
        self.roster.adults.len() - 1
    }

    /// The children beside a guardian.
    fn children(&mut self, line: &mut Line<'_>, adult: usize) {
        let rank = line.rank(Who::Person);
        let own_class = line.class(Who::Person);
        let numbers = line.identifiers(Who::Person, numbers_pupils_only);
        let number = numbers.iter().next().map(|(scheme, id)| PupilRef::Identified(scheme, id.clone()));
        if let Some(pupil) = number {
            self.tie(line, adult, pupil, Who::Person, rank);
        }
        let has_numbers = !numbers.is_empty();
        for who in self.columns.others(|who| matches!(who, Who::Child(_))) {
            let class = line.class(who).or_else(|| own_class.clone());
            for pupil in references(line, who, class.as_ref(), has_numbers) {
                self.tie(line, adult, pupil, Who::Person, rank);
            }
        }
    }

    fn tie(&mut self, line: &Line<'_>, adult: usize, pupil: PupilRef, who: Who, rank: Option<u8>) {
        let level = match who {
            // "Responsable légal" beside the adult's own name.
            Who::Person => words::level(line.cell(Who::Adult(Group::Nth(0)), What::FullName)),
            Who::Adult(_) | Who::Child(_) => None,
        };
        let of_group = match who {
            Who::Adult(Group::Mother) => Some(Kinship::Mother),
            Who::Adult(Group::Father) => Some(Kinship::Father),
            Who::Adult(Group::Nth(_) | Group::Spouse) | Who::Child(_) | Who::Person => None,
        };
        self.roster.ties.push(TieRecord {
            origin: line.origin,
            adult,
            pupil,
            level: words::level(line.cell(who, What::Level)).or(level),
            kinship: words::kinship(line.cell(who, What::Kinship)).or(of_group),
            rank,
            lives_with: None,
        });
    }

    fn finish(mut self) -> Roster {
        // A column of crosses: where some guardians accept, a blank cell is a refusal.
        if self
            .roster
            .adults
            .iter()
            .any(|adult| adult.audience == Audience::Guardians && adult.accepts_sms == Some(true))
        {
            for place in &self.blank_consents {
                self.roster.adults[*place].accepts_sms = Some(false);
            }
        }
        self.drop_fillers();
        self.roster
    }

    /// Drops identifiers that only fill a cell. Where several people have one, it stays, so that it is refused.
    fn drop_fillers(&mut self) {
        let roster = &mut self.roster;
        let pupils = roster.pupils.iter_mut().map(|pupil| (pupil.origin, &mut pupil.identifiers));
        drop_single_fillers(pupils, &mut roster.findings);
        let adults = roster.adults.iter_mut().map(|adult| (adult.origin, &mut adult.identifiers));
        drop_single_fillers(adults, &mut roster.findings);
    }
}

fn drop_single_fillers<'r>(
    records: impl Iterator<Item = (Origin, &'r mut Identifiers)>,
    findings: &mut Vec<Finding>,
) {
    let mut fillers: BTreeMap<(IdentifierScheme, ExternalId), Vec<(Origin, &'r mut Identifiers)>> =
        BTreeMap::new();
    for (origin, identifiers) in records {
        let filler = identifiers.iter().find(|(_, id)| cells::is_filler(id.as_str()));
        if let Some((scheme, id)) = filler {
            fillers.entry((scheme, id.clone())).or_default().push((origin, identifiers));
        }
    }
    for ((scheme, id), holders) in fillers {
        if let [_] = holders.as_slice() {
            for (origin, identifiers) in holders {
                identifiers.remove(scheme);
                let cell = Some(id.to_string());
                findings.push(Finding { origin, column: None, cell, kind: FindingKind::NoIdentifier });
            }
        }
    }
}

/// Schemes that number pupils only.
fn numbers_pupils_only(scheme: IdentifierScheme) -> bool {
    match scheme {
        IdentifierScheme::Ine | IdentifierScheme::Siecle | IdentifierScheme::Elenoet => true,
        IdentifierScheme::PersId | IdentifierScheme::Onde | IdentifierScheme::Other => false,
    }
}

/// The references of a guardian's line to one child, or to those in one cell.
fn references(line: &mut Line<'_>, who: Who, class: Option<&ClassName>, has_numbers: bool) -> Vec<PupilRef> {
    let numbers = line.identifiers(who, |_| true);
    if let Some((scheme, id)) = numbers.iter().next() {
        return vec![PupilRef::Identified(scheme, id.clone())];
    }
    if has_numbers {
        return Vec::new();
    }
    let is_named = [What::LastName, What::BirthName, What::UsedName, What::FirstName]
        .into_iter()
        .any(|what| !words::is_empty(line.cell(who, what)));
    if is_named {
        return match line.names(who) {
            Ok(names) => vec![PupilRef::Named {
                first_name: names.first,
                last_name: names.last,
                class: class.cloned(),
            }],
            Err(error) => {
                line.note(who, What::LastName, FindingKind::Name(error));
                Vec::new()
            }
        };
    }
    let cell = line.cell(who, What::FullName).to_owned();
    let children = full_names::children(&cell).into_iter();
    let named = children.filter(|child| !words::is_empty(&child.name));
    named
        .filter_map(|child| {
            let name = GivenName::parse(&child.name).ok()?;
            Some(PupilRef::FullName { name, class: child.class.or_else(|| class.cloned()) })
        })
        .collect()
}
