//! The header of a file: the index of each column.

use domain::audience::Audience;

use super::columns::{self, Column};

pub(super) struct Columns {
    known: Vec<(Column, usize)>,
    /// The street columns in file order, each with its unit for bare cells.
    pub street: Vec<(usize, Option<&'static str>)>,
    pub ignored: Vec<String>,
}

impl Columns {
    /// Of several columns with one meaning, the first counts.
    pub fn of(headers: &csv::StringRecord, audience: Option<Audience>) -> Self {
        let mut columns = Self { known: Vec::new(), street: Vec::new(), ignored: Vec::new() };
        for (index, header) in headers.iter().enumerate() {
            let column = Column::of_header(header);
            if matches!(column, Some(Column::Street | Column::StreetMore)) {
                columns.street.push((index, columns::unit_of_header(header)));
            }
            match column {
                Some(Column::StreetMore) => {}
                Some(column) if !columns.has(column) => columns.known.push((column, index)),
                _ if header.is_empty() => {}
                _ => columns.ignored.push(header.to_owned()),
            }
        }
        columns.settle(audience);
        columns
    }

    /// Resolves columns with an ambiguous meaning.
    fn settle(&mut self, audience: Option<Audience>) {
        if !self.has(Column::Phone) {
            self.rename(Column::AnyPhone, Column::Phone);
        }
        // A list of pupils may say "Nom élève", "Prénom élève".
        let names_people = self.has(Column::LastName) || self.has(Column::FirstName);
        if !names_people && audience == Some(Audience::Pupils) {
            self.rename(Column::ChildLastName, Column::LastName);
            self.rename(Column::ChildFirstName, Column::FirstName);
            self.rename(Column::ChildClass, Column::Class);
            self.rename(Column::ChildExternalId, Column::ExternalId);
        }
    }

    fn rename(&mut self, from: Column, to: Column) {
        self.known.iter_mut().filter(|(column, _)| *column == from).for_each(|(column, _)| *column = to);
    }

    pub fn has(&self, column: Column) -> bool {
        self.known.iter().any(|(known, _)| *known == column)
    }

    /// The request's audience, else guardians if the file names children.
    pub fn default_audience(&self, told: Option<Audience>) -> Option<Audience> {
        let names_children = [Column::Children, Column::ChildLastName, Column::ChildExternalId];
        told.or_else(|| names_children.iter().any(|column| self.has(*column)).then_some(Audience::Guardians))
    }

    /// The cell of a column; none without the column, or on a shorter line.
    pub fn cell<'r>(&self, record: &'r csv::StringRecord, column: Column) -> Option<&'r str> {
        let (_, index) = self.known.iter().find(|(known, _)| *known == column)?;
        record.get(*index)
    }
}
