//! The report of an import, in no language: what becomes of whom, and which cells were not understood.

use std::collections::{BTreeMap, HashMap, HashSet};

use api::{FieldError, FieldErrors};
use deserr::{Deserr, IntoValue, Value, ValuePointerRef};
use domain::{
    audience::Audience,
    directory::{ClassName, Person},
    id::PersonId,
    import::{Guard, Scope},
    language::Phrase,
};
use roster::{
    Column, DoubtReason, Finding, FindingKind, LostTieReason, Origin, Outcome, Plan, PlanEntry, RecordId,
    Roster,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    difference::{Difference, Names, differences},
    upload_content::Upload,
};

/// What an import does, or did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub scope: Scope,
    /// The names of the files of a form.
    pub files: Vec<Option<String>>,
    /// The people of the files: pupils first, then adults; then people who are missing, and lines without a person.
    pub rows: Vec<Row>,
    pub columns: Vec<Column>,
    /// What is to be confirmed before the plan is applied.
    pub guards: Vec<Guard>,
    /// The audiences whose column of consents is not heeded.
    pub unused_consents: Vec<Audience>,
}

/// A person, or a line without one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Row {
    /// None for people who are missing from the files, and for lines without a person.
    pub record: Option<RecordId>,
    pub origin: Option<Origin>,
    /// First and last name, as the file writes them.
    pub name: String,
    pub outcome: RowOutcome,
    /// The person of the directory.
    pub person: Option<PersonId>,
    pub doubt: Option<DoubtReason>,
    pub candidates: Vec<Candidate>,
    pub differences: Vec<Difference>,
    pub notes: Vec<Note>,
}

/// What becomes of a person of the files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ImportOutcome)]
pub(crate) enum RowOutcome {
    Created,
    Updated,
    /// A pupil in another class.
    Moved,
    /// Archived before, and here again.
    Returned,
    Unchanged,
    /// Has left: missing from the files of the whole school, or with a last day that has passed.
    Archived,
    /// Not imported until a human decides.
    Doubtful,
    /// A line without a name.
    Refused,
    /// A pupil who has left, or an adult without a child here: not imported.
    NotHere,
    /// A remark about a line without a person.
    Noted,
}

impl RowOutcome {
    /// All outcomes.
    pub const ALL: [Self; 10] = [
        Self::Created,
        Self::Updated,
        Self::Moved,
        Self::Returned,
        Self::Unchanged,
        Self::Archived,
        Self::Doubtful,
        Self::Refused,
        Self::NotHere,
        Self::Noted,
    ];

    /// Returns the name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Moved => "moved",
            Self::Returned => "returned",
            Self::Unchanged => "unchanged",
            Self::Archived => "archived",
            Self::Doubtful => "doubtful",
            Self::Refused => "refused",
            Self::NotHere => "not_here",
            Self::Noted => "noted",
        }
    }
}

impl Deserr<FieldErrors> for RowOutcome {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, FieldErrors> {
        let text = <String as Deserr<FieldErrors>>::deserialize_from_value(value, location)?;
        Self::ALL.into_iter().find(|outcome| outcome.as_str() == text).ok_or_else(|| {
            let names = Self::ALL.map(Self::as_str).join(", ");
            FieldErrors::one(FieldError::described(
                "/outcome",
                "unknown_outcome",
                Phrase::new(
                    format!("Résultats possibles : {names}."),
                    format!("Possible outcomes: {names}."),
                ),
            ))
        })
    }
}

/// A person of the directory who may be the one of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Candidate {
    pub person: PersonId,
    pub name: String,
    pub class: Option<ClassName>,
}

/// A cell or a reference that was not understood, or only with care.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub origin: Origin,
    pub column: Option<String>,
    pub cell: Option<String>,
    pub reason: NoteReason,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum NoteReason {
    Finding(FindingKind),
    LostTie(LostTieReason),
}

impl Report {
    /// Describes a plan for a directory.
    pub fn new(upload: &Upload, plan: &Plan, people: &[Person]) -> Self {
        let roster = &upload.roster;
        let known: HashMap<PersonId, &Person> = people.iter().map(|person| (person.id, person)).collect();
        let mut names: Names = people.iter().map(|person| (person.id, person.details.name())).collect();
        names.extend(plan.entries.iter().filter_map(|entry| match &entry.outcome {
            Outcome::Created(person) => Some((person.id, person.details.name())),
            Outcome::Updated { .. }
            | Outcome::Unchanged(_)
            | Outcome::Doubtful(_)
            | Outcome::Left(_)
            | Outcome::NoPupil => None,
        }));
        // Who is recognised in one line is nobody else's candidate.
        let taken: HashSet<PersonId> =
            plan.entries.iter().filter_map(|entry| entry.outcome.person()).collect();
        let mut notes = notes_by_place(roster, plan);
        let absent: HashMap<PersonId, &Person> =
            plan.absent.iter().map(|person| (person.id, person)).collect();
        let mut rows: Vec<Row> = plan
            .entries
            .iter()
            .map(|entry| row(entry, &known, &taken, &absent, &names, &mut notes))
            .collect();
        let listed: HashSet<PersonId> = rows.iter().filter_map(|row| row.person).collect();
        rows.extend(plan.absent.iter().filter(|person| !listed.contains(&person.id)).map(missing));
        rows.extend(notes.into_iter().map(|(origin, notes)| without_person(origin, notes)));
        Self {
            scope: upload.scope,
            files: upload.files.clone(),
            rows,
            columns: roster.columns.clone(),
            guards: plan.guards.clone(),
            unused_consents: plan.unused_consents.clone(),
        }
    }

    /// Returns the number of rows of each outcome.
    pub fn counts(&self) -> BTreeMap<RowOutcome, usize> {
        let mut counts: BTreeMap<RowOutcome, usize> =
            RowOutcome::ALL.into_iter().map(|outcome| (outcome, 0)).collect();
        for row in &self.rows {
            *counts.entry(row.outcome).or_default() += 1;
        }
        counts
    }

    /// Returns the number of rows of one outcome.
    pub fn count(&self, outcome: RowOutcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }
}

/// The notes at each place of the files. Those about a header stand with its column.
fn notes_by_place(roster: &Roster, plan: &Plan) -> BTreeMap<Origin, Vec<Note>> {
    let mut notes: BTreeMap<Origin, Vec<Note>> = BTreeMap::new();
    let of_cell = roster.findings.iter().filter(|finding| finding.kind != FindingKind::UnknownColumn);
    for Finding { origin, column, cell, kind } in of_cell {
        let reason = NoteReason::Finding(kind.clone());
        let note = Note { origin: *origin, column: column.clone(), cell: cell.clone(), reason };
        notes.entry(*origin).or_default().push(note);
    }
    for tie in &plan.lost_ties {
        let reason = NoteReason::LostTie(tie.reason);
        let note = Note { origin: tie.origin, column: None, cell: None, reason };
        // A tie may have a place of its own in the file. It is shown with its adult.
        let adult = roster.adults.get(tie.adult).map_or(tie.origin, |adult| adult.origin);
        notes.entry(adult).or_default().push(note);
    }
    notes
}

fn row(
    entry: &PlanEntry,
    known: &HashMap<PersonId, &Person>,
    taken: &HashSet<PersonId>,
    absent: &HashMap<PersonId, &Person>,
    names: &Names,
    notes: &mut BTreeMap<Origin, Vec<Note>>,
) -> Row {
    let mut row = Row {
        record: Some(entry.record),
        origin: entry.origins.first().copied(),
        name: entry.name.clone(),
        outcome: RowOutcome::NotHere,
        person: entry.outcome.person(),
        doubt: None,
        candidates: Vec::new(),
        differences: Vec::new(),
        notes: entry.origins.iter().filter_map(|origin| notes.remove(origin)).flatten().collect(),
    };
    match &entry.outcome {
        Outcome::Created(person) => {
            row.outcome = RowOutcome::Created;
            row.differences = differences(None, &person.details, names);
        }
        Outcome::Updated { before, after } => {
            row.differences = differences(Some(&before.details), &after.details, names);
            let is_moved = before.details.class != after.details.class;
            row.outcome = match (before.is_archived(), is_moved) {
                (true, _) => RowOutcome::Returned,
                (false, true) => RowOutcome::Moved,
                (false, false) if row.differences.is_empty() => RowOutcome::Unchanged,
                (false, false) => RowOutcome::Updated,
            };
        }
        Outcome::Unchanged(_) => row.outcome = RowOutcome::Unchanged,
        Outcome::Doubtful(doubt) => {
            row.outcome = RowOutcome::Doubtful;
            row.doubt = Some(doubt.reason);
            let free = doubt.candidates.iter().filter(|id| !taken.contains(id));
            row.candidates = free.filter_map(|id| known.get(id)).map(candidate).collect();
        }
        Outcome::Left(person) => {
            row.person = *person;
            if person.is_some_and(|person| absent.contains_key(&person)) {
                row.outcome = RowOutcome::Archived;
            }
        }
        Outcome::NoPupil => {}
    }
    row
}

fn candidate(person: &&Person) -> Candidate {
    Candidate { person: person.id, name: person.details.name(), class: person.details.class.clone() }
}

fn missing(person: &Person) -> Row {
    Row {
        record: None,
        origin: None,
        name: person.details.name(),
        outcome: RowOutcome::Archived,
        person: Some(person.id),
        doubt: None,
        candidates: Vec::new(),
        differences: Vec::new(),
        notes: Vec::new(),
    }
}

/// A line without a person.
fn without_person(origin: Origin, notes: Vec<Note>) -> Row {
    let is_lost = notes.iter().any(|note| match &note.reason {
        NoteReason::Finding(kind) => kind.skips_line(),
        NoteReason::LostTie(_) => false,
    });
    Row {
        record: None,
        origin: Some(origin),
        name: String::new(),
        outcome: if is_lost { RowOutcome::Refused } else { RowOutcome::Noted },
        person: None,
        doubt: None,
        candidates: Vec::new(),
        differences: Vec::new(),
        notes,
    }
}
