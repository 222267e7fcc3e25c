//! The JSON of an import.

use std::collections::BTreeMap;

use domain::{
    id::ImportId,
    import::{Guard, Import, ImportStage, Scope},
    language::Language,
    line::Line,
};
use roster::ColumnMeaning;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    report::{Report, RowOutcome},
    row_body::{Reasons, RowBody},
};

/// An import without its people.
#[derive(Serialize, ToSchema)]
#[schema(as = ImportSummary)]
pub(crate) struct SummaryBody {
    id: ImportId,
    stage: ImportStage,
    #[schema(format = DateTime)]
    uploaded_at: String,
    /// The subject of the token.
    uploaded_by: Line<128>,
    /// When the stage began.
    #[schema(format = DateTime)]
    since: String,
    /// Until when the plan may be applied, or the import undone. Then it is deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    expires_at: Option<String>,
    /// The people to write in this stage.
    writes: u32,
    /// The people written so far.
    written: u32,
}

impl From<&Import> for SummaryBody {
    fn from(import: &Import) -> Self {
        let is_running = import.stage.completed().is_some();
        Self {
            id: import.id,
            stage: import.stage,
            uploaded_at: import.id.made_at().to_string(),
            uploaded_by: import.uploaded_by.clone(),
            since: import.since.to_string(),
            expires_at: (!is_running).then(|| import.expires_at().to_string()),
            writes: import.writes,
            written: import.written.min(import.writes),
        }
    }
}

#[derive(Serialize, ToSchema)]
#[schema(as = Import)]
pub(crate) struct ImportBody {
    #[serde(flatten)]
    summary: SummaryBody,
    /// The digest of the plan. An import is applied only with the digest of its current plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    digest: Option<String>,
    scope: Scope,
    /// The names of the files of a form.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<String>,
    /// The number of people or lines of each outcome.
    counts: BTreeMap<RowOutcome, usize>,
    /// Signs of a wrong file, to be confirmed when the plan is applied: keys of `reasons`.
    guards: Vec<Guard>,
    /// What the columns of tables were taken for.
    columns: Vec<ColumnBody>,
    /// A page of the people: pupils first, then adults, then people who are missing, then lines without a person.
    rows: Vec<RowBody>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_cursor: Option<String>,
    /// The explanations of all reasons of this page.
    reasons: BTreeMap<&'static str, String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportColumn)]
struct ColumnBody {
    /// The file among those of the import, from 0.
    file: u16,
    /// As the file writes it.
    header: String,
    /// `guardian_1.mobile`, for example; `ignored`; or `unknown` for a column that looks useful and was not understood.
    meaning: String,
    /// The meaning, for users.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<String>,
}

/// The reason for not heeding a column of consents.
const UNUSED_CONSENTS: &str = "consents_unused";
/// The reason for a column of unknown meaning.
const UNKNOWN_COLUMN: roster::FindingKind = roster::FindingKind::UnknownColumn;

impl ImportBody {
    /// Describes an import with the rows of a page, given by their places.
    pub fn new(
        import: &Import,
        digest: Option<String>,
        report: &Report,
        rows: &[usize],
        next_cursor: Option<String>,
        language: Language,
    ) -> Self {
        let mut reasons = Reasons::new(language);
        let rows = rows
            .iter()
            .filter_map(|place| report.rows.get(*place))
            .map(|row| RowBody::new(row, import, &mut reasons))
            .collect();
        for guard in &report.guards {
            reasons.note(guard);
        }
        if report.columns.iter().any(|column| column.meaning == ColumnMeaning::Unknown) {
            reasons.note(&UNKNOWN_COLUMN);
        }
        if !report.unused_consents.is_empty() {
            reasons.all.insert(UNUSED_CONSENTS, unused_consents(language).to_owned());
        }
        let columns = report
            .columns
            .iter()
            .map(|column| ColumnBody {
                file: column.file,
                header: column.header.clone(),
                meaning: column.meaning.into(),
                label: column.meaning.label(language),
            })
            .collect();
        Self {
            summary: import.into(),
            digest,
            scope: report.scope,
            files: report.files.iter().flatten().cloned().collect(),
            counts: report.counts(),
            guards: report.guards.clone(),
            columns,
            rows,
            next_cursor,
            reasons: reasons.all,
        }
    }

    /// Whether the writes of the import are still running.
    pub const fn is_running(&self) -> bool {
        self.summary.stage.completed().is_some()
    }
}

const fn unused_consents(language: Language) -> &'static str {
    match language {
        Language::French => {
            "D’après ce fichier, personne n’accepte les SMS : cette colonne n’a sans doute jamais été remplie, et n’est pas prise en compte. Indiquez dans les fiches qui les refuse."
        }
        Language::English => {
            "According to this file nobody accepts SMS: this column was probably never filled in, and is not heeded. Set in the records who refuses them."
        }
    }
}
