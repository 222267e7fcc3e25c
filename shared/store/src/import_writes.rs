//! The writes of an import. Each may be repeated: a crash between any two loses nothing.

use std::collections::HashSet;

use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    StoreError, Table,
    attributes::item,
    condition::Condition,
    keys::{self, Item},
    people::CONCURRENT_REPLACEMENTS,
    person_rows::PersonRow,
};
use domain::{
    directory::{Change, Person},
    id::{PersonId, SchoolId},
    phone::PhoneNumber,
};

/// Whether writes of an import may have been done before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteAttempt {
    /// Nobody has begun them: new people are written 25 with a call.
    First,
    /// An earlier attempt may have written some, and somebody may have changed those since.
    Repeated,
}

impl Table {
    /// Writes people. Returns those who were changed or removed concurrently, and are left alone. Identifiers are claimed
    /// afterwards.
    pub async fn write_changes(
        &self,
        school: SchoolId,
        changes: Vec<Change>,
        attempt: WriteAttempt,
    ) -> Result<Vec<PersonId>, StoreError> {
        // Several people may share a number, and a batch may contain an item only once.
        let numbers: HashSet<PhoneNumber> =
            changes.iter().filter_map(|change| change.person().details.phone).collect();
        self.hold_numbers(school, numbers.into_iter()).await?;
        let (together, alone): (Vec<Change>, Vec<Change>) = changes.into_iter().partition(|change| {
            attempt == WriteAttempt::First
                && match change {
                    Change::Create(_) => true,
                    Change::Update { .. } | Change::Delete(_) => false,
                }
        });
        let rows: Vec<_> = together.iter().map(|change| person_item(school, change.person())).collect();
        self.put_all(rows.into_iter()).await?;
        let written = stream::iter(alone)
            .map(|change| async move {
                let id = change.person().id;
                Ok::<_, StoreError>(if self.write_change(school, change).await? { None } else { Some(id) })
            })
            .buffer_unordered(CONCURRENT_REPLACEMENTS)
            .try_collect::<Vec<_>>()
            .await?;
        Ok(written.into_iter().flatten().collect())
    }

    /// Writes one person. Returns whether the person is as the change says.
    async fn write_change(&self, school: SchoolId, change: Change) -> Result<bool, StoreError> {
        let result = match change {
            // The id is the import's own: whoever has it was created by an earlier attempt.
            Change::Create(person) => {
                match self.put_if(person_item(school, &person), Condition::Absent).await {
                    Err(StoreError::Conflict) => Ok(()),
                    result => result,
                }
            }
            Change::Update { before, after } => {
                self.put_if(person_item(school, &after), Condition::Version(before.version)).await
            }
            Change::Delete(person) => match self.delete_person(school, &person).await {
                Err(StoreError::Conflict) if self.person(school, person.id).await?.is_none() => Ok(()),
                result => result,
            },
        };
        match result {
            Ok(()) => Ok(true),
            Err(StoreError::Conflict) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

fn person_item(school: SchoolId, person: &Person) -> Item {
    item(keys::person(school, person.id), PersonRow::from(person.clone()))
}
