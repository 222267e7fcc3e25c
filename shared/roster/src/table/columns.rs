//! The columns of a table, from all headers together.

use std::collections::BTreeSet;

use domain::{audience::Audience, directory::IdentifierScheme};

use super::header::{Meaning, meaning};
use crate::{
    ColumnField, ColumnMeaning, Mapping,
    field::{Group, What, Who},
};

/// The columns of a table, by place.
pub(super) struct Columns {
    known: Vec<Option<(Who, What)>>,
    pub headers: Vec<String>,
    unknown: Vec<usize>,
    /// The category of a line without one.
    pub audience: Option<Audience>,
}

impl Columns {
    /// Parses a row of headers; `None` without columns of names.
    pub fn of(headers: &[String], audience: Option<Audience>, mapping: &Mapping) -> Option<Self> {
        let meanings: Vec<Meaning> =
            headers.iter().map(|header| mapped(header, mapping).unwrap_or_else(|| meaning(header))).collect();
        let known = meanings.iter().map(|meaning| match meaning {
            Meaning::Column(who, what) => Some((*who, *what)),
            Meaning::Ignored | Meaning::Suspicious => None,
        });
        let unknown = (0..meanings.len()).filter(|place| meanings[*place] == Meaning::Suspicious).collect();
        let mut columns = Self { known: known.collect(), headers: headers.to_vec(), unknown, audience: None };
        columns.number_groups();
        columns.drop_second_address();
        columns.part_second_person();
        let promoted = columns.promote(audience);
        if !columns.names_person() {
            return None;
        }
        columns.audience = audience.or(promoted).or_else(|| columns.guess_audience());
        Some(columns)
    }

    /// Numbers repeated columns of adults and children: the second "Nom de l'élève" is another child's.
    fn number_groups(&mut self) {
        let mut seen: BTreeSet<(Who, What)> = BTreeSet::new();
        let mut last: [usize; 2] = [0, 0];
        for column in &mut self.known {
            let Some((who, what)) = column else { continue };
            let (kind, group) = match who {
                Who::Adult(Group::Nth(group)) => (0, group),
                Who::Child(Group::Nth(group)) => (1, group),
                Who::Person | Who::Adult(_) | Who::Child(_) => continue,
            };
            if matches!(what, What::Street(_)) {
                // Several parts of one address.
                *group = (*group).max(last[kind]);
                continue;
            }
            let of = |group: usize| {
                if kind == 0 { Who::Adult(Group::Nth(group)) } else { Who::Child(Group::Nth(group)) }
            };
            while seen.contains(&(of(*group), *what)) {
                *group += 1;
            }
            seen.insert((of(*group), *what));
            last[kind] = last[kind].max(*group);
        }
    }

    /// `Adresse1;Cp1;…;Adresse2;Cp2;…`: two addresses are not one in two parts. The first one counts.
    fn drop_second_address(&mut self) {
        let codes: Vec<usize> = self.places(Who::Person, What::PostalCode).collect();
        let [first, _, ..] = codes.as_slice() else { return };
        for (place, column) in self.known.iter_mut().enumerate().skip(first + 1) {
            let is_of_address = matches!(column, Some((Who::Person, What::Street(_) | What::PostalCode)));
            if is_of_address && place > *first {
                *column = None;
            }
        }
    }

    /// `Nom;Prénom;Classe;Nom;Prénom;Portable`: from the second name on, the columns are an adult's.
    fn part_second_person(&mut self) {
        let mut names: BTreeSet<What> = BTreeSet::new();
        let mut is_second = false;
        for column in &mut self.known {
            let Some((who, what)) = column else { continue };
            if *who == Who::Person && matches!(what, What::LastName | What::FirstName | What::FullName) {
                is_second |= !names.insert(*what);
            }
            if is_second && *who == Who::Person {
                *who = Who::Adult(Group::Nth(0));
            }
        }
    }

    /// Makes an adult or a child the line's person, if the headers have no names without an owner.
    fn promote(&mut self, audience: Option<Audience>) -> Option<Audience> {
        if self.names_person() {
            return None;
        }
        let named: Vec<Who> = self.columns().filter(|(_, what)| is_name(*what)).map(|(who, _)| who).collect();
        let adults: BTreeSet<Who> =
            named.iter().copied().filter(|who| matches!(who, Who::Adult(_))).collect();
        let children: BTreeSet<Who> =
            named.iter().copied().filter(|who| matches!(who, Who::Child(_))).collect();
        let begins_with_child = matches!(named.first(), Some(Who::Child(_)));
        let (who, promoted) = match (adults.first(), children.first()) {
            (Some(_), Some(child))
                if audience == Some(Audience::Pupils)
                    || adults.len() > 1
                    || (begins_with_child && children.len() == 1) =>
            {
                (*child, Audience::Pupils)
            }
            (Some(adult), _) => (*adult, Audience::Guardians),
            (None, Some(child)) => (*child, Audience::Pupils),
            (None, None) => return None,
        };
        for column in self.known.iter_mut().flatten().filter(|column| column.0 == who) {
            column.0 = Who::Person;
        }
        Some(promoted)
    }

    fn guess_audience(&self) -> Option<Audience> {
        let names_children = self.columns().any(|(who, what)| {
            matches!(who, Who::Child(_))
                && (is_name(what) || matches!(what, What::Identifier(IdentifierScheme::Other)))
        });
        let has = |wanted: &dyn Fn(Who, What) -> bool| self.columns().any(|(who, what)| wanted(who, what));
        let is_of_pupils = has(&|who, what| {
            matches!(who, Who::Adult(_)) && is_name(what)
                || matches!(what, What::Identifier(IdentifierScheme::Ine))
        });
        let is_of_teachers = has(&|_, what| matches!(what, What::Function | What::Teaching));
        let may_be_pupils = has(&|_, what| matches!(what, What::Class | What::BirthDate));
        match (names_children, is_of_pupils, is_of_teachers, may_be_pupils) {
            (true, ..) => Some(Audience::Guardians),
            (false, true, ..) | (false, false, false, true) => Some(Audience::Pupils),
            (false, false, true, _) => Some(Audience::Teachers),
            (false, false, false, false) => None,
        }
    }

    fn names_person(&self) -> bool {
        let has =
            |wanted: &[What]| self.columns().any(|(who, what)| who == Who::Person && wanted.contains(&what));
        has(&[What::FullName])
            || (has(&[What::LastName, What::BirthName, What::UsedName]) && has(&[What::FirstName]))
    }

    fn columns(&self) -> impl Iterator<Item = (Who, What)> {
        self.known.iter().copied().flatten()
    }

    pub fn has(&self, who: Who, what: What) -> bool {
        self.columns().any(|column| column == (who, what))
    }

    /// Whether any person has this column.
    pub fn says(&self, what: What) -> bool {
        self.columns().any(|(_, other)| other == what)
    }

    /// The places of a column, in file order.
    pub fn places(&self, who: Who, what: What) -> impl Iterator<Item = usize> {
        (0..self.known.len()).filter(move |place| self.known[*place] == Some((who, what)))
    }

    /// The street columns of a person, each with the unit of its bare cells.
    pub fn streets(&self, who: Who) -> impl Iterator<Item = (usize, Option<&'static str>)> {
        self.known.iter().enumerate().filter_map(move |(place, column)| match column {
            Some((of, What::Street(unit))) if *of == who => Some((place, *unit)),
            Some(_) | None => None,
        })
    }

    /// The identifier columns of a person.
    pub fn identifiers(&self, who: Who) -> impl Iterator<Item = (usize, IdentifierScheme)> {
        self.known.iter().enumerate().filter_map(move |(place, column)| match column {
            Some((of, What::Identifier(scheme))) if *of == who => Some((place, *scheme)),
            Some(_) | None => None,
        })
    }

    /// The adults or the children beside the line's person, in their order.
    pub fn others(&self, wanted: fn(Who) -> bool) -> Vec<Who> {
        let mut all: Vec<Who> = Vec::new();
        for (who, _) in self.columns().filter(|(who, _)| wanted(*who)) {
            if !all.contains(&who) {
                all.push(who);
            }
        }
        all.sort();
        all
    }

    /// What each column was taken for, in file order.
    pub fn meanings(&self) -> impl Iterator<Item = (&String, ColumnMeaning)> {
        self.headers.iter().zip(&self.known).enumerate().map(|(place, (header, column))| {
            let meaning = match column {
                Some((who, what)) => ColumnMeaning::Field(ColumnField { who: *who, what: *what }),
                None if self.unknown.contains(&place) => ColumnMeaning::Unknown,
                None => ColumnMeaning::Ignored,
            };
            (header, meaning)
        })
    }
}

/// What the school says that a header means.
fn mapped(header: &str, mapping: &Mapping) -> Option<Meaning> {
    mapping.get(header).map(|meaning| match meaning {
        ColumnMeaning::Field(ColumnField { who, what }) => Meaning::Column(who, what),
        ColumnMeaning::Ignored | ColumnMeaning::Unknown => Meaning::Ignored,
    })
}

fn is_name(what: What) -> bool {
    matches!(what, What::LastName | What::BirthName | What::UsedName | What::FirstName | What::FullName)
}
