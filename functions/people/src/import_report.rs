//! The report of an import: the people of the file, and what was not understood.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    id::PersonId,
    language::{Explain, Language},
};
use roster::{Finding, Outcome, Plan, Roster};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
#[schema(as = PeopleImportReport)]
pub(crate) struct ImportBody {
    pub created: usize,
    pub updated: usize,
    unchanged: usize,
    /// People who were not imported, each with a reason.
    pub refused: usize,
    /// Headers without a meaning for the directory.
    ignored_columns: Vec<String>,
    /// The people of the file: pupils first, then adults. A line may describe several people.
    lines: Vec<LineBody>,
    /// People missing from the file, of the audiences in it. They remain; empty with `partial`.
    absent: Vec<PersonId>,
    /// Cells, lines and references that were not understood. The rest of each line was imported.
    findings: Vec<FindingBody>,
    /// The explanations of all reasons.
    reasons: BTreeMap<&'static str, String>,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PeopleImportLine)]
struct LineBody {
    /// The number of the line in the file.
    line: u32,
    /// First and last name, as the file writes them.
    name: String,
    outcome: LineOutcome,
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<PersonId>,
    /// The reason for `refused`: a key of `reasons`.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// People of the directory with a similar identity.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<PersonId>,
}

/// The result for one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PeopleImportOutcome)]
enum LineOutcome {
    Created,
    Updated,
    Unchanged,
    /// Not imported: the identity is in doubt.
    Refused,
    /// A pupil who has left the school, or an adult without a child there.
    NotHere,
}

#[derive(Serialize, ToSchema)]
#[schema(as = PeopleImportFinding)]
struct FindingBody {
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

/// The reason for not heeding a column of consents.
const UNUSED_CONSENTS: &str = "consents_unused";
/// The reason of people who changed during the import.
const CHANGED: &str = "changed_meanwhile";

impl ImportBody {
    /// Describes a plan that was applied, but for the people in `changed`.
    pub fn new(roster: &Roster, plan: &Plan, changed: &[PersonId], language: Language) -> Self {
        let changed: BTreeSet<PersonId> = changed.iter().copied().collect();
        let mut reasons = Reasons { language, all: BTreeMap::new() };
        let lines: Vec<LineBody> =
            plan.entries.iter().map(|entry| line(entry, &changed, &mut reasons)).collect();
        let lost = roster.findings.iter().filter(|finding| finding.kind.skips_line()).count();
        let count = |outcome| lines.iter().filter(|line| line.outcome == outcome).count();
        let mut findings: Vec<FindingBody> =
            roster.findings.iter().map(|finding| found(finding, &mut reasons)).collect();
        findings.extend(plan.lost_ties.iter().map(|tie| FindingBody {
            line: tie.origin.line,
            column: None,
            cell: None,
            reason: reasons.note(&tie.reason),
        }));
        findings.extend(plan.unused_consents.iter().map(|_| FindingBody {
            line: 1,
            column: None,
            cell: None,
            reason: reasons.unused_consents(),
        }));
        findings.sort_by_key(|finding| finding.line);
        Self {
            created: count(LineOutcome::Created),
            updated: count(LineOutcome::Updated),
            unchanged: count(LineOutcome::Unchanged),
            refused: count(LineOutcome::Refused) + lost,
            ignored_columns: roster.ignored_columns.clone(),
            lines,
            absent: plan.absent.clone(),
            findings,
            reasons: reasons.all,
        }
    }
}

/// Collects the explanations of the reasons that occur.
struct Reasons {
    language: Language,
    all: BTreeMap<&'static str, String>,
}

impl Reasons {
    fn note(&mut self, reason: &impl Explain) -> &'static str {
        let explained = reason.explain().in_language(self.language).to_owned();
        self.all.insert(reason.code(), explained);
        reason.code()
    }

    fn unused_consents(&mut self) -> &'static str {
        let explained = match self.language {
            Language::French => {
                "D’après ce fichier, personne n’accepte les SMS : cette colonne n’a sans doute jamais été remplie, et n’est pas prise en compte. Indiquez dans les fiches qui les refuse."
            }
            Language::English => {
                "According to this file nobody accepts SMS: this column was probably never filled in, and is not heeded. Set in the records who refuses them."
            }
        };
        self.all.insert(UNUSED_CONSENTS, explained.to_owned());
        UNUSED_CONSENTS
    }

    fn changed(&mut self) -> &'static str {
        let explained = match self.language {
            Language::French => {
                "Quelqu’un a modifié cette personne pendant l’import : importez de nouveau le fichier."
            }
            Language::English => "This person changed during the import: import the file again.",
        };
        self.all.insert(CHANGED, explained.to_owned());
        CHANGED
    }
}

fn line(entry: &roster::PlanEntry, changed: &BTreeSet<PersonId>, reasons: &mut Reasons) -> LineBody {
    let person = match &entry.outcome {
        Outcome::Left(person) => *person,
        Outcome::Created(_)
        | Outcome::Updated { .. }
        | Outcome::Unchanged(_)
        | Outcome::Doubtful(_)
        | Outcome::NoPupil => entry.outcome.person(),
    };
    let (mut outcome, mut reason, candidates) = match &entry.outcome {
        Outcome::Created(_) => (LineOutcome::Created, None, Vec::new()),
        Outcome::Updated { .. } => (LineOutcome::Updated, None, Vec::new()),
        Outcome::Unchanged(_) => (LineOutcome::Unchanged, None, Vec::new()),
        Outcome::Doubtful(doubt) => {
            (LineOutcome::Refused, Some(reasons.note(&doubt.reason)), doubt.candidates.clone())
        }
        Outcome::Left(_) | Outcome::NoPupil => (LineOutcome::NotHere, None, Vec::new()),
    };
    if person.is_some_and(|person| changed.contains(&person)) {
        (outcome, reason) = (LineOutcome::Refused, Some(reasons.changed()));
    }
    LineBody {
        line: entry.origins.first().map_or(0, |origin| origin.line),
        name: entry.name.clone(),
        outcome,
        person: person.filter(|_| outcome != LineOutcome::Refused),
        reason,
        candidates,
    }
}

fn found(finding: &Finding, reasons: &mut Reasons) -> FindingBody {
    FindingBody {
        line: finding.origin.line,
        column: finding.column.clone(),
        cell: finding.cell.clone(),
        reason: reasons.note(&finding.kind),
    }
}
