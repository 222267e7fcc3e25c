//! The imports of a school, and how far each is.

use aws_sdk_dynamodb::types::{AttributeValue, Update, builders::UpdateBuilder};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Table,
    attributes::{item, number, row, text},
    condition::Condition,
    import_lock::keep_lock,
    keys::{self, Item, Key},
    transaction::{TransactError, Write},
};
use domain::{
    audit::Entry,
    id::{ImportId, PersonId, RandomToken, SchoolId},
    import::{Import, ImportStage},
    line::Line,
};

#[derive(Serialize, Deserialize)]
struct ImportRow {
    by: Line<128>,
    stage: ImportStage,
    since: Timestamp,
    writes: u32,
    written: u32,
    /// When DynamoDB may delete it; never while its writes run.
    #[serde(default)]
    ttl: Option<i64>,
}

/// Set attribute of the people left alone; it only grows within a stage.
const LEFT_ALONE: &str = "left_alone";
/// Attribute of an import whose content was deleted by an erasure.
const DISCARDED: &str = "discarded";

impl Table {
    /// Stores a new import.
    pub(super) async fn put_import(&self, import: &Import) -> Result<(), StoreError> {
        self.put_if(import_item(import), Condition::Absent).await
    }

    /// Returns an import.
    pub async fn import(&self, school: SchoolId, id: ImportId) -> Result<Option<Import>, StoreError> {
        self.get(keys::import(school, id)).await?.map(|item| import(school, item)).transpose()
    }

    /// Returns the imports of a school, newest first.
    pub async fn imports(&self, school: SchoolId) -> Result<Vec<Import>, StoreError> {
        let items = self.all(keys::imports_partition(school), ImportId::PREFIX).await?;
        items.into_iter().rev().map(|item| import(school, item)).collect()
    }

    /// Commits the writes of an import whose content is stored, under the lock of its request: from here on they will be
    /// completed. A conflict means that another request was first, or that an erasure discarded the content.
    pub async fn commit_import(
        &self,
        import: &Import,
        holder: RandomToken,
        next: ImportStage,
        writes: u32,
        entry: Entry,
    ) -> Result<(), StoreError> {
        let head = update_of(keys::import(import.school, import.id))
            .update_expression(
                "SET #s = :next, since = :now, writes = :writes, written = :zero REMOVE #left, #t",
            )
            .condition_expression("#s = :stage AND attribute_not_exists(#d)")
            .expression_attribute_names("#s", "stage")
            .expression_attribute_names("#d", DISCARDED)
            .expression_attribute_names("#left", LEFT_ALONE)
            .expression_attribute_names("#t", "ttl")
            .expression_attribute_values(":stage", stage(import.stage))
            .expression_attribute_values(":next", stage(next))
            .expression_attribute_values(":now", AttributeValue::S(entry.id.made_at().to_string()))
            .expression_attribute_values(":writes", number(writes))
            .expression_attribute_values(":zero", number(0));
        let running = keys::running_import(import.school, import.id).attributes();
        let transaction = self
            .transaction()
            .update(Write::Import, head)
            .update(Write::ImportLock, keep_lock(import.school, holder))
            .put_over(Write::RunningImport, running)
            .entry(import.school, entry);
        Ok(transaction.commit().await?)
    }

    /// Marks an import whose content is to be deleted: it can neither be applied nor undone. Returns whether it is in the
    /// stage that was read.
    pub(super) async fn mark_discarded(&self, import: &Import) -> Result<bool, StoreError> {
        let marked = self
            .client()
            .update_item()
            .table_name(self.name())
            .set_key(Some(keys::import(import.school, import.id).attributes()))
            .update_expression("SET #d = :true")
            .condition_expression("#s = :stage")
            .expression_attribute_names("#d", DISCARDED)
            .expression_attribute_names("#s", "stage")
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .expression_attribute_values(":stage", stage(import.stage))
            .send()
            .await;
        match marked {
            Ok(_) => Ok(true),
            Err(error) if super::table::is_condition(&error) => Ok(false),
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// Records writes that are complete, and people who were left alone.
    pub async fn note_import(
        &self,
        import: &Import,
        written: u32,
        left_alone: &[PersonId],
    ) -> Result<(), StoreError> {
        let mut update = self
            .client()
            .update_item()
            .table_name(self.name())
            .set_key(Some(keys::import(import.school, import.id).attributes()))
            .condition_expression("#s = :stage")
            .expression_attribute_names("#s", "stage")
            .expression_attribute_values(":stage", stage(import.stage))
            .expression_attribute_values(":written", number(written));
        // DynamoDB has no empty sets.
        update = if left_alone.is_empty() {
            update.update_expression("SET written = :written")
        } else {
            let people = left_alone.iter().map(ToString::to_string).collect();
            update
                .update_expression("SET written = :written ADD #left :left")
                .expression_attribute_names("#left", LEFT_ALONE)
                .expression_attribute_values(":left", AttributeValue::Ss(people))
        };
        match update.send().await {
            Ok(_) => Ok(()),
            // Another worker has completed it.
            Err(error) if super::table::is_condition(&error) => Ok(()),
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }

    /// Completes an import whose writes are done, and releases the lock.
    pub async fn complete_import(
        &self,
        import: &Import,
        completed: ImportStage,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let done = Import { stage: completed, since: now, ..import.clone() };
        let head = update_of(keys::import(import.school, import.id))
            .update_expression("SET #s = :done, since = :now, written = writes, #t = :ttl")
            .condition_expression("#s = :stage")
            .expression_attribute_names("#s", "stage")
            .expression_attribute_names("#t", "ttl")
            .expression_attribute_values(":stage", stage(import.stage))
            .expression_attribute_values(":done", stage(completed))
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()))
            .expression_attribute_values(":ttl", number(done.expires_at().as_second()));
        let transaction = self
            .transaction()
            .update(Write::Import, head)
            .delete(Write::RunningImport, keys::running_import(import.school, import.id), None)
            .delete(Write::ImportLock, keys::import_lock(import.school), None);
        match transaction.commit().await {
            Ok(()) => Ok(()),
            // Another worker has completed it.
            Err(TransactError::Conditions(_)) => Ok(()),
            Err(TransactError::Store(error)) => Err(error),
        }
    }

    /// Returns the imports whose writes are not complete, over all schools.
    pub async fn running_imports(&self) -> Result<Vec<(SchoolId, ImportId)>, StoreError> {
        let items = self.all(keys::IMPORTS_PARTITION.to_owned(), SchoolId::PREFIX).await?;
        let ids = items.iter().map(|item| {
            let (school, import) = text(item, "sk").ok()?.split_once('#')?;
            Some((school.parse().ok()?, import.parse().ok()?))
        });
        ids.map(|ids| ids.ok_or(StoreError::Unreadable("import"))).collect()
    }
}

fn update_of(key: Key) -> UpdateBuilder {
    Update::builder().set_key(Some(key.attributes()))
}

fn stage(stage: ImportStage) -> AttributeValue {
    AttributeValue::S(stage.as_str().to_owned())
}

fn import_item(import: &Import) -> Item {
    let row = ImportRow {
        by: import.uploaded_by.clone(),
        stage: import.stage,
        since: import.since,
        writes: import.writes,
        written: import.written,
        ttl: Some(import.expires_at().as_second()),
    };
    item(keys::import(import.school, import.id), row)
}

fn import(school: SchoolId, item: Item) -> Result<Import, StoreError> {
    const WHAT: &str = "import";
    let id = text(&item, "sk")?.parse().map_err(|_| StoreError::Unreadable(WHAT))?;
    let left_alone = item.get(LEFT_ALONE).and_then(|value| value.as_ss().ok()).cloned().unwrap_or_default();
    let left_alone = left_alone.into_iter().map(PersonId::try_from).collect::<Result<_, _>>();
    let left_alone = left_alone.map_err(|_| StoreError::Unreadable(WHAT))?;
    let ImportRow { by, stage, since, writes, written, ttl: _ } = row(item, WHAT)?;
    Ok(Import { id, school, uploaded_by: by, stage, since, writes, written, left_alone })
}
