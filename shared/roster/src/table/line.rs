//! One line of a table, cell by cell.

use domain::{
    address::{City, PostalAddress, PostalCode, Street},
    directory::{BirthDate, ClassName, ExternalId, GivenName, IdentifierScheme, Identifiers},
    line::{LineError, normalised},
    phone::{PhoneNumber, PhoneNumberError},
    territory::Territory,
};

use super::{cells, columns::Columns, full_names, words};
use crate::{
    Finding, FindingKind, Origin,
    field::{What, Who},
    names::WrittenNames,
};

/// A line that is being read, and what was found in it.
pub(super) struct Line<'l> {
    pub columns: &'l Columns,
    pub cells: &'l [String],
    pub origin: Origin,
    pub home: Territory,
    pub findings: Vec<Finding>,
}

impl Line<'_> {
    /// The cell of a column; empty if there is none.
    pub fn cell(&self, who: Who, what: What) -> &str {
        self.columns
            .places(who, what)
            .map(|place| self.at(place))
            .find(|cell| !cell.is_empty())
            .unwrap_or_default()
    }

    pub fn at(&self, place: usize) -> &str {
        self.cells.get(place).map_or("", String::as_str)
    }

    /// Notes what was found in a column.
    pub fn note(&mut self, who: Who, what: What, kind: FindingKind) {
        let place = self.columns.places(who, what).find(|place| !self.at(*place).is_empty());
        self.note_at(place, kind);
    }

    pub fn note_at(&mut self, place: Option<usize>, kind: FindingKind) {
        let shortened = |text: &str| domain::line::shortened(text, 80).to_owned();
        let column = place.and_then(|place| self.columns.headers.get(place)).map(|header| shortened(header));
        let cell = place.map(|place| shortened(self.at(place)));
        self.findings.push(Finding { origin: self.origin, column, cell, kind });
    }

    /// Parses a cell, or notes why not.
    fn parsed<T, E>(
        &mut self,
        who: Who,
        what: What,
        parse: impl FnOnce(&str) -> Result<T, E>,
        kind: fn(E) -> FindingKind,
    ) -> Option<T> {
        let cell = normalised(self.cell(who, what));
        if words::is_empty(&cell) {
            return None;
        }
        match parse(&cell) {
            Ok(value) => Some(value),
            Err(error) => {
                self.note(who, what, kind(error));
                None
            }
        }
    }

    /// The names of a person; an error if one is missing or invalid.
    pub fn names(&self, who: Who) -> Result<WrittenNames, LineError> {
        let cell = |what| normalised(self.cell(who, what));
        let (used, last, birth) = (cell(What::UsedName), cell(What::LastName), cell(What::BirthName));
        let (mut first, mut in_use) = (cell(What::FirstName), String::new());
        for name in [&used, &last, &birth] {
            if in_use.is_empty() {
                in_use.clone_from(name);
            }
        }
        if in_use.is_empty() || first.is_empty() {
            let full = cell(What::FullName);
            let without_class = full_names::children(&full).into_iter().next().map(|child| child.name);
            if let Some(split) = full_names::split(without_class.as_deref().unwrap_or(&full)) {
                (in_use, first) = (split.last, split.first);
            }
        }
        let other = [birth, last].into_iter().find(|name| !name.is_empty() && *name != in_use);
        Ok(WrittenNames {
            last: GivenName::parse(&in_use)?,
            first: GivenName::parse(&first)?,
            birth: other.and_then(|name| GivenName::parse(&name).ok()),
        })
    }

    pub fn class(&mut self, who: Who) -> Option<ClassName> {
        if cells::is_damaged_class(self.cell(who, What::Class)) {
            self.note(who, What::Class, FindingKind::ClassDamagedBySpreadsheet);
            return None;
        }
        self.parsed(who, What::Class, ClassName::parse, FindingKind::Class)
    }

    pub fn birth_date(&mut self, who: Who) -> Option<BirthDate> {
        self.parsed(who, What::BirthDate, BirthDate::parse, FindingKind::BirthDate)
    }

    pub fn left_on(&self, who: Who) -> Option<jiff::civil::Date> {
        BirthDate::parse(self.cell(who, What::LeftOn)).ok().map(BirthDate::date)
    }

    /// A yes or a no, and whether the cell is blank.
    pub fn accepts_sms(&mut self, who: Who) -> (Option<bool>, bool) {
        let cell = self.cell(who, What::AcceptsSms);
        let answer = words::yes_or_no(cell);
        let is_blank = answer.is_none() && words::is_empty(cell);
        if answer.is_none() && !is_blank {
            self.note(who, What::AcceptsSms, FindingKind::Consent);
        }
        (answer, is_blank && self.columns.has(who, What::AcceptsSms))
    }

    pub fn rank(&mut self, who: Who) -> Option<u8> {
        let parse = |text: &str| text.parse::<u8>().ok().filter(|rank| *rank > 0).ok_or(());
        self.parsed(who, What::Rank, parse, |()| FindingKind::Rank)
    }

    /// The identifiers of a person, of some schemes.
    pub fn identifiers(&mut self, who: Who, wanted: fn(IdentifierScheme) -> bool) -> Identifiers {
        let mut identifiers = Identifiers::default();
        let columns: Vec<_> = self.columns.identifiers(who).filter(|(_, scheme)| wanted(*scheme)).collect();
        for (place, scheme) in columns {
            let cell = cells::without_fraction(self.at(place)).to_owned();
            if cell.is_empty() || identifiers.get(scheme).is_some() {
                continue;
            }
            match ExternalId::parse(&cell) {
                Ok(id) => identifiers.give(scheme, id, None),
                Err(error) => self.note_at(Some(place), FindingKind::Identifier(error)),
            }
        }
        identifiers
    }

    /// The number of a person: that of a mobile column, else any mobile number.
    pub fn phone(&mut self, who: Who) -> Option<PhoneNumber> {
        let columns = [What::Mobile, What::AnyPhone, What::Home, What::Work];
        let places: Vec<(What, usize)> = columns
            .into_iter()
            .flat_map(|what| self.columns.places(who, what).map(move |place| (what, place)))
            .collect();
        let has_mobile_column = self.columns.has(who, What::Mobile);
        let (mut found, mut elsewhere) = (None, None);
        for (what, place) in places {
            match cells::phone(self.at(place), self.home) {
                Ok(None) => {}
                Ok(Some(_)) if found.is_some() => {}
                Ok(Some(cell)) => {
                    found = Some(cell.phone);
                    if cell.has_others {
                        self.note_at(Some(place), FindingKind::SeveralPhones);
                    }
                    if cells::is_placeholder(cell.phone) {
                        self.note_at(Some(place), FindingKind::PlaceholderPhone);
                    }
                    if what != What::Mobile && (has_mobile_column || what != What::AnyPhone) {
                        self.note_at(Some(place), FindingKind::PhoneFromOtherColumn);
                    }
                }
                // A landline where landlines belong.
                Err(PhoneNumberError::Landline)
                    if what != What::Mobile && (has_mobile_column || what != What::AnyPhone) => {}
                Err(error) if what == What::Mobile => self.note_at(Some(place), FindingKind::Phone(error)),
                Err(error) => elsewhere = elsewhere.or(Some((place, error))),
            }
        }
        if let (None, Some((place, error))) = (found, elsewhere) {
            self.note_at(Some(place), FindingKind::Phone(error));
        }
        found
    }

    pub fn address(&mut self, who: Who) -> Option<PostalAddress> {
        let street = self.street(who);
        if street.is_empty() {
            return None;
        }
        let cell = |what| Some(normalised(self.cell(who, what))).filter(|cell| !words::is_empty(cell));
        let (mut code, mut city) = (cell(What::PostalCode), cell(What::City));
        let both = cell(What::CodeAndCity).or_else(|| match (&code, &city) {
            (Some(code), None) => Some(code.clone()),
            (None, Some(city)) => Some(city.clone()),
            (Some(_), Some(_)) | (None, None) => None,
        });
        if let Some((a, b)) = both.as_deref().and_then(split_code) {
            (code, city) = (Some(a.to_owned()), Some(b.to_owned()));
        }
        let place = self.columns.streets(who).next().map(|(place, _)| place);
        match parse_address(&street, code.as_deref(), city.as_deref()) {
            Ok(address) => Some(address),
            Err(error) => {
                self.note_at(place, FindingKind::Address(error));
                None
            }
        }
    }

    /// The street cells in order; a cell of several lines has several parts.
    fn street(&self, who: Who) -> String {
        let mut parts = Vec::new();
        for (place, unit) in self.columns.streets(who) {
            for part in self.at(place).lines().map(normalised).filter(|part| !words::is_empty(part)) {
                match unit {
                    Some(unit) if part.chars().count() <= 3 => parts.push(format!("{unit} {part}")),
                    Some(_) | None => parts.push(part),
                }
            }
        }
        parts.join(", ")
    }
}

fn parse_address(street: &str, code: Option<&str>, city: Option<&str>) -> Result<PostalAddress, LineError> {
    let code = code.map(PostalCode::parse).transpose()?;
    let city = city.map(City::parse).transpose()?;
    Ok(PostalAddress::new(Street::parse(street)?, code, city))
}

/// "95100 ARGENTEUIL", "95100 - ARGENTEUIL": a postal code and a town in one cell.
fn split_code(cell: &str) -> Option<(&str, &str)> {
    let (code, town) = cell.split_once([' ', '-'])?;
    let town = town.trim_start_matches([' ', '-']);
    (code.len() == 5 && code.bytes().all(|byte| byte.is_ascii_digit()) && !town.is_empty())
        .then_some((code, town))
}
