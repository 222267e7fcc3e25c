//! The JSON of a report's rows, with the explanations of their reasons.

use std::collections::BTreeMap;

use domain::{
    directory::ClassName,
    id::PersonId,
    import::{Import, ImportStage},
    language::{Explain, Language},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    difference::Difference,
    report::{NoteReason, Row, RowOutcome},
};

#[derive(Serialize, ToSchema)]
#[schema(as = ImportRow)]
pub(crate) struct RowBody {
    /// The name of the person within the import, for a decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
    /// The file among those of the import, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<u16>,
    /// The line or the row in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    /// First and last name.
    name: String,
    outcome: RowOutcome,
    /// The person of the directory. New people have one once the plan is applied.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    /// Whether a concurrent change prevailed: the import did not change the person.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    left_alone: bool,
    /// Why a human has to decide: a key of `reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// People of the directory who may be this one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<CandidateBody>,
    /// Whether a human may decide that a doubtful person is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    may_be_new: Option<bool>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    changes: Vec<Difference>,
    /// Cells and references that were not understood, or only with care. The rest of the line is imported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<NoteBody>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportCandidate)]
struct CandidateBody {
    person: PersonId,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    class: Option<ClassName>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = ImportNote)]
struct NoteBody {
    line: u32,
    /// The header, as the file writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<String>,
    /// The cell, as the file writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    cell: Option<String>,
    /// A key of `reasons`.
    reason: &'static str,
}

/// The explanations of the reasons that occur.
pub(crate) struct Reasons {
    language: Language,
    pub all: BTreeMap<&'static str, String>,
}

impl Reasons {
    pub const fn new(language: Language) -> Self {
        Self { language, all: BTreeMap::new() }
    }

    pub fn note(&mut self, reason: &impl Explain) -> &'static str {
        let explained = reason.explain().in_language(self.language).to_owned();
        self.all.insert(reason.code(), explained);
        reason.code()
    }
}

impl RowBody {
    pub fn new(row: &Row, import: &Import, reasons: &mut Reasons) -> Self {
        // New people get their ids with the decisions.
        let is_known = import.stage != ImportStage::Planned || row.outcome != RowOutcome::Created;
        Self {
            record: row.record.map(String::from),
            file: row.origin.map(|origin| origin.file),
            line: row.origin.map(|origin| origin.line),
            name: row.name.clone(),
            outcome: row.outcome,
            person: row.person.filter(|_| is_known),
            left_alone: row.person.is_some_and(|person| import.left_alone.contains(&person)),
            reason: row.doubt.map(|doubt| reasons.note(&doubt)),
            candidates: row
                .candidates
                .iter()
                .map(|one| CandidateBody {
                    person: one.person,
                    name: one.name.clone(),
                    class: one.class.clone(),
                })
                .collect(),
            may_be_new: row.doubt.map(roster::DoubtReason::may_be_new),
            changes: row.differences.clone(),
            notes: row
                .notes
                .iter()
                .map(|note| NoteBody {
                    line: note.origin.line,
                    column: note.column.clone(),
                    cell: note.cell.clone(),
                    reason: match &note.reason {
                        NoteReason::Finding(kind) => reasons.note(kind),
                        NoteReason::LostTie(reason) => reasons.note(reason),
                    },
                })
                .collect(),
        }
    }
}
