//! Exports of the sent log, for spreadsheets and for programs.

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
    /// All formats.
    pub const ALL: [Self; 2] = [Self::Csv, Self::JsonLines];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "json_lines",
        }
    }

    /// Parses a format's name.
    pub fn parse(name: &str) -> Result<Self, UnknownFormat> {
        Self::ALL.into_iter().find(|format| format.as_str() == name).ok_or(UnknownFormat)
    }

    /// Returns the media type, for content negotiation.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::JsonLines => "application/x-ndjson",
        }
    }

    /// Returns the file name extension.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::JsonLines => "ndjson",
        }
    }
}

/// An unknown format name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown export format")]
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
