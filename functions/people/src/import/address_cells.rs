//! The address of a line, in one column or several.

use domain::{
    address::{City, PostalAddress, PostalCode, Street},
    line::LineError,
};

use super::{
    cell::{Cell, one_line, parse_cell},
    columns::Column,
    header::Columns,
};

/// The parts of a line's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct AddressCells {
    street: Cell<Street>,
    postal_code: Cell<PostalCode>,
    city: Cell<City>,
}

impl AddressCells {
    /// The parts of the address, each from its own column.
    pub fn read(columns: &Columns, record: &csv::StringRecord) -> Result<Self, LineError> {
        let cell = |column| columns.cell(record, column).map(one_line);
        let (code, town) = (cell(Column::PostalCode), cell(Column::City));
        // "95100 ARGENTEUIL" in one of the two cells.
        let both = match (&code, &town) {
            (Some(code), town) if town.as_deref().is_none_or(str::is_empty) => Some(code),
            (None, Some(town)) => Some(town),
            _ => None,
        };
        let (postal_code, city) = match both.and_then(|both| split_code(both)) {
            Some((code, town)) => (Some(code.to_owned()), Some(town.to_owned())),
            None => (code, town),
        };
        let street = columns.has(Column::Street).then(|| street(columns, record));
        Ok(Self {
            street: parse_cell(street.as_deref(), Street::parse)?,
            postal_code: parse_cell(postal_code.as_deref(), PostalCode::parse)?,
            city: parse_cell(city.as_deref(), City::parse)?,
        })
    }

    /// The address after an import: each part replaces the present one.
    pub fn over(&self, present: Option<&PostalAddress>) -> Option<PostalAddress> {
        if self.street == Cell::NoColumn {
            // A town without a street is no address.
            return present.cloned();
        }
        let street = self.street.clone().over(present.map(|address| address.street().clone()))?;
        let postal_code = self.postal_code.clone().over(present.and_then(|a| a.postal_code().cloned()));
        let city = self.city.clone().over(present.and_then(|address| address.city().cloned()));
        let parts = (Some(&street), postal_code.as_ref(), city.as_ref());
        let unchanged = present.filter(|a| (Some(a.street()), a.postal_code(), a.city()) == parts);
        Some(unchanged.cloned().unwrap_or_else(|| PostalAddress::new(street, postal_code, city)))
    }
}

/// The street cells in order; a cell of several lines has several parts.
fn street(columns: &Columns, record: &csv::StringRecord) -> String {
    let mut parts = Vec::new();
    for (index, unit) in &columns.street {
        let lines = record.get(*index).unwrap_or_default().lines();
        for part in lines.map(one_line) {
            let is_bare = part.chars().count() <= 3;
            match unit {
                _ if part.is_empty() => {}
                Some(unit) if is_bare => parts.push(format!("{unit} {part}")),
                _ => parts.push(part),
            }
        }
    }
    parts.join(", ")
}

/// "95100 ARGENTEUIL": a postal code and a town in one cell.
fn split_code(cell: &str) -> Option<(&str, &str)> {
    let (code, town) = cell.split_once(' ')?;
    (code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit())).then_some((code, town))
}
