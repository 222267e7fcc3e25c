//! Files of the sent log: for a spreadsheet, and for another program.

mod job;
mod link;

pub use job::{Export, ExportState, Progress, Stage};
pub use link::{LinkToken, SealedFilter};

use serde::{Deserialize, Serialize};

use crate::language::{Explain, Phrase};

/// The format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ExportFormat)]
pub enum Format {
    /// As French spreadsheets open it.
    Csv,
    /// The API's own messages, one a line.
    JsonLines,
}

impl Format {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Csv, Self::JsonLines];

    /// The name that the API uses.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "json_lines",
        }
    }

    /// The format of this name.
    pub fn parse(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.as_str() == name).ok_or(UnknownFormat)
    }

    /// Its media type, as who prefers it names it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    /// What tells it at the end of a file's name.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "ndjson",
        }
    }
}

/// Not the name of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a format of files")]
pub struct UnknownFormat;

impl Explain for UnknownFormat {
    fn code(&self) -> &'static str {
        "unknown_format"
    }

    fn explain(&self) -> Phrase {
        let names = Format::ALL.map(Format::as_str).join(", ");
        Phrase::new(
            format!("Format inconnu. Formats possibles : {names}."),
            format!("Unknown format. Possible formats: {names}."),
        )
    }
}
