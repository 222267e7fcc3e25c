//! The fields of records, read as those of a table: a bad one costs itself only.

use domain::{
    directory::{ExternalId, GivenName, IdentifierScheme, Identifiers},
    phone::{PhoneNumber, PhoneNumberError},
    territory::Territory,
};

use super::records::Record;
use crate::{Finding, FindingKind, Origin, names::WrittenNames, table};

/// What the records of one file are read with, and what was found in them.
pub(super) struct Fields {
    pub file: u16,
    pub home: Territory,
    pub findings: Vec<Finding>,
}

impl Fields {
    pub fn origin(&self, record: &Record) -> Origin {
        Origin { file: self.file, line: record.line }
    }

    pub fn note(&mut self, record: &Record, field: &str, kind: FindingKind) {
        let cell = domain::line::shortened(record.get(field), 80).to_owned();
        let origin = self.origin(record);
        self.findings.push(Finding { origin, column: Some(field.to_owned()), cell: Some(cell), kind });
    }

    /// The names of a record; `None`, with a finding, if one is missing.
    pub fn names(&mut self, record: &Record) -> Option<WrittenNames> {
        let family =
            [record.get("NOM_DE_FAMILLE"), record.get("NOM")].into_iter().find(|name| !name.is_empty());
        let used = Some(record.get("NOM_USAGE")).filter(|name| !name.is_empty());
        let last = used.or(family).unwrap_or_default();
        match (GivenName::parse(last), GivenName::parse(record.get("PRENOM"))) {
            (Ok(last), Ok(first)) => {
                let birth = used.and(family).and_then(|name| GivenName::parse(name).ok());
                Some(WrittenNames { first, birth: birth.filter(|birth| *birth != last), last })
            }
            (Err(error), _) | (_, Err(error)) => {
                self.note(record, "NOM_DE_FAMILLE", FindingKind::Name(error));
                None
            }
        }
    }

    pub fn parsed<T, E>(
        &mut self,
        record: &Record,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
        kind: fn(E) -> FindingKind,
    ) -> Option<T> {
        let text = record.get(field);
        if text.is_empty() {
            return None;
        }
        match parse(text) {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(record, field, kind(error));
                None
            }
        }
    }

    pub fn identifiers(&mut self, record: &Record, schemes: &[(IdentifierScheme, &str)]) -> Identifiers {
        let mut identifiers = Identifiers::default();
        for (scheme, field) in schemes {
            if let Some(id) = self.parsed(record, field, ExternalId::parse, FindingKind::Identifier) {
                identifiers.give(*scheme, id, None);
            }
        }
        identifiers
    }

    /// The first mobile among fields, of which the first is that of mobiles.
    pub fn phone(&mut self, record: &Record, fields: &[&str]) -> Option<PhoneNumber> {
        for (place, field) in fields.iter().enumerate() {
            match table::phone_cell(record.get(field), self.home) {
                Ok(Some(cell)) => {
                    if place > 0 {
                        self.note(record, field, FindingKind::PhoneFromOtherColumn);
                    }
                    if table::is_placeholder(cell.phone) {
                        self.note(record, field, FindingKind::PlaceholderPhone);
                    }
                    return Some(cell.phone);
                }
                Ok(None) => {}
                Err(PhoneNumberError::Landline) if place > 0 => {}
                Err(error) => self.note(record, field, FindingKind::Phone(error)),
            }
        }
        None
    }
}
