//! The writes of an import: resumed until they are complete, at the pace that a partition takes.

use std::{collections::BTreeSet, time::Duration};

use domain::{
    clock::Clock,
    directory::{Change, Person},
    id::{ImportId, PersonId, SchoolId},
    import::{Import, ImportStage},
};
use store::{ImportContent, StoreError, Table, WriteAttempt};
use tokio::time::{Instant, sleep_until};

/// The workflow of applying and of undoing an import.
#[derive(Clone, Copy)]
pub struct Importing<'i> {
    pub table: &'i Table,
    pub clock: &'i dyn Clock,
}

/// The people of one step. Its end is recorded: a crash repeats one step at most.
const STEP: usize = 200;
/// The time of one step at least. A partition takes 1,000 writes of a kilobyte a second (AWS, "Designing partition keys"),
/// and a person is one or two; others write there too.
const STEP_TIME: Duration = Duration::from_millis(250);

impl Importing<'_> {
    /// Carries out the writes of an import whose request has ended. Returns whether it is complete.
    pub async fn resume(&self, school: SchoolId, id: ImportId) -> Result<bool, StoreError> {
        let Some(import) = self.table.import(school, id).await? else { return Ok(true) };
        if !import.is_left_to_the_schedule(self.clock.now()) {
            return Ok(false);
        }
        self.carry_out(import).await.map(|()| true)
    }

    /// Carries out the writes that are left, and completes the import. Safe to interrupt and repeat.
    pub async fn carry_out(&self, import: Import) -> Result<(), StoreError> {
        let (school, id) = (import.school, import.id);
        let (content, completed, abandoned) = match import.stage {
            ImportStage::Applying => (ImportContent::Changes, ImportStage::Applied, ImportStage::Undone),
            ImportStage::Undoing => (ImportContent::Undo, ImportStage::Undone, ImportStage::Applied),
            ImportStage::Planned | ImportStage::Applied | ImportStage::Undone => return Ok(()),
        };
        let changes = self.table.import_changes(school, id, content).await?;
        let Some(changes) = changes else {
            // An erasure discarded them between their write and the commit point. Nothing of them was carried out.
            return self.table.complete_import(&import, abandoned, self.clock.now()).await;
        };
        let left_alone = self.write(&import, &changes).await?;
        self.pass_on_identifiers(&import, changes, &left_alone).await?;
        self.table.complete_import(&import, completed, self.clock.now()).await
    }

    /// Writes the people. Returns those left alone.
    async fn write(&self, import: &Import, changes: &[Change]) -> Result<BTreeSet<PersonId>, StoreError> {
        let mut left_alone = import.left_alone.clone();
        let mut written = usize::try_from(import.written).expect("at least 32 bits");
        // An earlier attempt may have stopped within its step.
        let mut attempt = WriteAttempt::Repeated;
        for step in changes.get(written..).unwrap_or_default().chunks(STEP) {
            let end = Instant::now() + pace(step.len());
            let left = self.table.write_changes(import.school, step.to_vec(), attempt).await?;
            written += step.len();
            self.table.note_import(import, count(written), &left).await?;
            left_alone.extend(left);
            attempt = WriteAttempt::First;
            sleep_until(end).await;
        }
        Ok(left_alone)
    }

    /// Passes identifiers to the people who have them now: first all are given up, then claimed. Each pass counts on from
    /// the people written, so that it is resumed where it stopped.
    async fn pass_on_identifiers(
        &self,
        import: &Import,
        changes: Vec<Change>,
        left_alone: &BTreeSet<PersonId>,
    ) -> Result<(), StoreError> {
        let people = changes.len();
        let renamed: Vec<Change> = changes
            .into_iter()
            .filter(|change| !left_alone.contains(&change.person().id) && changes_identifiers(change))
            .collect();
        let had_others: Vec<Change> = renamed.iter().filter(|change| is_update(change)).cloned().collect();
        let before = usize::try_from(import.written).expect("at least 32 bits");
        for (place, step) in steps(&had_others, before.saturating_sub(people)) {
            let end = Instant::now() + pace(step.len());
            self.table.give_up_identifiers(import.school, step).await?;
            self.table.note_import(import, count(people + place + step.len()), &[]).await?;
            sleep_until(end).await;
        }
        let given_up = people + had_others.len();
        for (place, step) in steps(&renamed, before.saturating_sub(given_up)) {
            let end = Instant::now() + pace(step.len());
            let people = step.iter().map(|change| change.person().clone()).collect();
            // Who finds an identifier taken loses it: it stays that of its holder.
            self.table.claim_identifiers(import.school, people).await?;
            self.table.note_import(import, count(given_up + place + step.len()), &[]).await?;
            sleep_until(end).await;
        }
        Ok(())
    }
}

/// The steps from a place on, each with its place.
fn steps(changes: &[Change], from: usize) -> impl Iterator<Item = (usize, &[Change])> {
    let left = changes.get(from..).unwrap_or_default();
    left.chunks(STEP).enumerate().map(move |(number, step)| (from + number * STEP, step))
}

fn is_update(change: &Change) -> bool {
    match change {
        Change::Update { .. } => true,
        Change::Create(_) | Change::Delete(_) => false,
    }
}

fn count(writes: usize) -> u32 {
    u32::try_from(writes).expect("a file has at most 20,000 lines")
}

fn pace(people: usize) -> Duration {
    let share = u32::try_from(people).expect("a step is small");
    STEP_TIME * share / u32::try_from(STEP).expect("a step is small")
}

fn changes_identifiers(change: &Change) -> bool {
    let values = |person: &Person| -> Vec<_> {
        person.details.identifiers.iter().map(|(scheme, id)| (scheme, id.clone())).collect()
    };
    match change {
        Change::Create(person) => !person.details.identifiers.is_empty(),
        Change::Update { before, after } => values(before) != values(after),
        Change::Delete(_) => false,
    }
}
