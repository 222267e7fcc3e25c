//! The plan of an import: a function of what its files say, of the directory, and of decisions.

use std::collections::{BTreeMap, HashSet};

use domain::{
    directory::{Change, Person},
    id::PersonId,
    import::Import,
    school::{School, SchoolYear},
    territory::Territory,
};
use roster::{Decision, Options, RecordId, reconcile};
use sha2::{Digest, Sha256};

use crate::{
    report::{Report, RowOutcome},
    upload_content::Upload,
};

/// Returns the territory of a school's numbers.
pub(crate) fn home(school: Option<&School>) -> Territory {
    school.map_or(Territory::Metropole, |school| school.territory)
}

/// What an import would do to the directory as it is.
#[derive(Debug)]
pub(crate) struct Planned {
    pub changes: Vec<Change>,
    pub report: Report,
}

impl Planned {
    /// Works out the plan. The same upload, directory and decisions make the same plan.
    pub fn new(
        import: &Import,
        upload: &Upload,
        people: Vec<Person>,
        home: Territory,
        decisions: BTreeMap<RecordId, Decision>,
    ) -> Self {
        let uploaded_at = import.id.made_at();
        let options = Options {
            // Unguessable and its own, like the id of the import.
            first_id: PersonId::from_bytes(import.id.to_bytes()),
            today: uploaded_at.to_zoned(home.time_zone().clone()).date(),
            year: SchoolYear::of(uploaded_at, home.time_zone()),
            scope: upload.scope,
            same_names: upload.pupils_moved,
            decisions,
        };
        let plan = reconcile(&upload.roster, people.clone(), &options);
        let changes = plan.changes(uploaded_at);
        let report = Report::new(upload, &plan, &people);
        Self { changes, report }
    }

    /// Leaves those present whom another plan did not archive. Once a doubtful person is decided to be new, nobody in the
    /// files may be the candidates; that they are missing was not shown yet.
    pub fn archiving_only_whom(mut self, shown: &Report) -> Self {
        let archived = shown.rows.iter().filter(|row| row.outcome == RowOutcome::Archived);
        let archived: HashSet<PersonId> = archived.filter_map(|row| row.person).collect();
        self.changes.retain(|change| match change {
            Change::Update { before, after } if after.is_archived() && !before.is_archived() => {
                archived.contains(&after.id)
            }
            Change::Create(_) | Change::Update { .. } | Change::Delete(_) => true,
        });
        self.report.rows.retain(|row| {
            row.outcome != RowOutcome::Archived || row.person.is_some_and(|person| archived.contains(&person))
        });
        self
    }

    /// Returns the digest of the plan: of what it shows, and of the version of each person that it writes.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        let report = serde_json::to_vec(&self.report).expect("a report has plain fields");
        hasher.update(report);
        for change in &self.changes {
            let person = change.person();
            hasher.update(person.id.to_bytes());
            hasher.update(person.version.to_be_bytes());
        }
        hasher.finalize()[..DIGEST_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Half of SHA-256: nobody looks for collisions in a plan of their own.
const DIGEST_BYTES: usize = 16;
