//! What the columns of a table were taken for, and what a school says that they are.

use std::collections::BTreeMap;

use domain::{language::Language, line::folded};
use serde::{Deserialize, Serialize};

use crate::field::{What, Who, label};

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The file among those of the import, from 0.
    pub file: u16,
    /// As the file writes it.
    pub header: String,
    pub meaning: ColumnMeaning,
}

/// What a column was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum ColumnMeaning {
    /// A field of a person.
    Field(ColumnField),
    /// Of no use here.
    Ignored,
    /// Not understood, though it looks like a phone, a class or an identifier.
    Unknown,
}

/// A field of a person: `person.mobile`, `guardian_1.last_name`, `child_2.class`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColumnField {
    pub(crate) who: Who,
    pub(crate) what: What,
}

/// Not a meaning of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a meaning of a column")]
pub struct NotAMeaning;

const IGNORED: &str = "ignored";
const UNKNOWN: &str = "unknown";

impl ColumnMeaning {
    /// Returns the meaning for users; none if the column has no use.
    pub fn label(self, language: Language) -> Option<String> {
        match self {
            Self::Field(ColumnField { who, what }) => Some(label(who, what, language)),
            Self::Ignored | Self::Unknown => None,
        }
    }
}

impl From<ColumnMeaning> for String {
    fn from(meaning: ColumnMeaning) -> Self {
        match meaning {
            ColumnMeaning::Field(ColumnField { who, what }) => format!("{}.{}", who.code(), what.code()),
            ColumnMeaning::Ignored => IGNORED.to_owned(),
            ColumnMeaning::Unknown => UNKNOWN.to_owned(),
        }
    }
}

impl TryFrom<String> for ColumnMeaning {
    type Error = NotAMeaning;

    fn try_from(text: String) -> Result<Self, NotAMeaning> {
        match text.as_str() {
            IGNORED => Ok(Self::Ignored),
            UNKNOWN => Ok(Self::Unknown),
            field => {
                let (who, what) = field.split_once('.').ok_or(NotAMeaning)?;
                let (who, what) =
                    (Who::parse(who).ok_or(NotAMeaning)?, What::parse(what).ok_or(NotAMeaning)?);
                Ok(Self::Field(ColumnField { who, what }))
            }
        }
    }
}

/// What a school says that columns are, by header. It counts before what the words of a header suggest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mapping(BTreeMap<String, ColumnMeaning>);

impl Mapping {
    /// Sets the meaning of a header, without regard to case, accents and spaces.
    pub fn set(&mut self, header: &str, meaning: ColumnMeaning) {
        self.0.insert(folded(header), meaning);
    }

    /// Returns the meaning of a header.
    pub fn get(&self, header: &str) -> Option<ColumnMeaning> {
        if self.0.is_empty() { None } else { self.0.get(&folded(header)).copied() }
    }

    /// Returns all headers, folded, with their meanings.
    pub fn iter(&self) -> impl Iterator<Item = (&str, ColumnMeaning)> {
        self.0.iter().map(|(header, meaning)| (header.as_str(), *meaning))
    }
}
