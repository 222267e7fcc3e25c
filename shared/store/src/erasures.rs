//! Erasures: their results, and until completion, the person to erase.
//!
//! Each erased item is counted in its own transaction: exactly once, however often it is retried.

use std::collections::HashSet;

use aws_sdk_dynamodb::{
    primitives::Blob,
    types::{AttributeValue, Delete, TransactWriteItem, Update, builders::UpdateBuilder},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{
    StoreError, StoredParcel, Table,
    attributes::{item, number, row},
    condition::Condition,
    keys::{self, Item, Key},
    opt_outs::opt_out_item,
    packing,
    parcel_items::{MESSAGES, REWRITTEN},
    transaction::{TransactError, Transaction, Write},
};
use domain::{
    audit::Entry,
    directory::{Person, Stopped, Tombstone},
    erasure::{Done, Erasure, Pending, Stage},
    id::{ErasureId, PersonId, SchoolId},
    line::Line,
    phone::PhoneNumber,
    sending::StoredMessage,
};

#[derive(Serialize, Deserialize)]
struct ErasureRow {
    id: ErasureId,
    began_at: Timestamp,
    begun_by: Line<128>,
    stage: Stage,
    #[serde(default)]
    completed_at: Option<Timestamp>,
    messages: u32,
    texts: u32,
    called_back: u32,
    tombstones: u32,
}

impl From<Erasure> for ErasureRow {
    fn from(erasure: Erasure) -> Self {
        let Done { messages, texts, called_back, tombstones } = erasure.done;
        Self {
            id: erasure.id,
            began_at: erasure.began_at,
            begun_by: erasure.begun_by,
            stage: erasure.stage,
            completed_at: erasure.completed_at,
            messages,
            texts,
            called_back,
            tombstones,
        }
    }
}

impl From<ErasureRow> for Erasure {
    fn from(row: ErasureRow) -> Self {
        let ErasureRow { messages, texts, called_back, tombstones, .. } = row;
        Self {
            id: row.id,
            began_at: row.began_at,
            begun_by: row.begun_by,
            stage: row.stage,
            completed_at: row.completed_at,
            done: Done { messages, texts, called_back, tombstones },
        }
    }
}

#[derive(Serialize, Deserialize)]
struct PendingRow {
    id: ErasureId,
    school: SchoolId,
    person: PersonId,
    began_at: Timestamp,
    stage: Stage,
    due_at: Timestamp,
}

/// Set attribute of the person's numbers; it only grows.
const NUMBERS: &str = "numbers";
const ID: &str = "id";
const STAGE: &str = "stage";
const DUE: &str = "due_at";

/// Why an erasure did not begin.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    #[error("the person is already being erased")]
    Running,
    /// A concurrent change to the person.
    #[error("the person was changed concurrently")]
    Changed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Table {
    /// Begins an erasure in one transaction: records the subject and an audit entry, and deletes the
    /// person in the version read, with the claims. `None` if the person is no longer in the directory.
    pub async fn begin_erasure(
        &self,
        pending: &Pending,
        present: Option<&Person>,
        entry: Entry,
    ) -> Result<(), BeginError> {
        let record = Erasure {
            id: pending.id,
            began_at: pending.began_at,
            begun_by: entry.by.clone(),
            stage: pending.stage,
            completed_at: None,
            done: Done::default(),
        };
        let record = item(keys::erasure(pending.school, pending.id), ErasureRow::from(record));
        let mut transaction = self
            .transaction()
            .put(Write::PendingErasure, pending_item(pending), Condition::Absent)
            .put(Write::Erasure, record, Condition::Absent)
            .entry(pending.school, entry);
        if let Some(person) = present {
            let (key, version) =
                (keys::person(pending.school, person.id), Condition::Version(person.version));
            transaction = transaction.delete(Write::Person, key, Some(version));
            let claims = self.claims_of(pending.school, person).await?;
            transaction = transaction.without_claims(person.id, claims);
        }
        transaction.commit().await.map_err(|error| match error {
            TransactError::Conditions(failed) if !failed.contains(&Write::PendingErasure) => {
                BeginError::Changed
            }
            TransactError::Conditions(_) => BeginError::Running,
            TransactError::Store(error) => error.into(),
        })
    }

    /// Returns the record of an erasure.
    pub async fn erasure(&self, school: SchoolId, id: ErasureId) -> Result<Option<Erasure>, StoreError> {
        let found = self.get(keys::erasure(school, id)).await?;
        found.map(|item| row::<ErasureRow>(item, "erasure").map(Erasure::from)).transpose()
    }

    /// Returns the pending erasure of a person.
    pub async fn pending_erasure(
        &self,
        school: SchoolId,
        person: PersonId,
    ) -> Result<Option<Pending>, StoreError> {
        self.get(keys::pending_erasure(school, person)).await?.map(pending).transpose()
    }

    /// Returns the pending erasures that no worker holds, over all schools.
    pub async fn erasures_due(&self, now: Timestamp) -> Result<Vec<Pending>, StoreError> {
        let items = self.all(keys::ERASURES_PARTITION.to_owned(), SchoolId::PREFIX).await?;
        let mut all = items.into_iter().map(pending).collect::<Result<Vec<_>, _>>()?;
        all.retain(|erasure| erasure.due_at <= now);
        Ok(all)
    }

    /// Adds numbers of the person.
    pub async fn note_numbers(
        &self,
        pending: &Pending,
        numbers: &HashSet<PhoneNumber>,
    ) -> Result<(), StoreError> {
        let update = update_of(keys::pending_erasure(pending.school, pending.person))
            .update_expression("ADD #n :n")
            .condition_expression("#id = :id")
            .expression_attribute_names("#id", ID)
            .expression_attribute_names("#n", NUMBERS)
            .expression_attribute_values(":n", set(numbers))
            .expression_attribute_values(":id", AttributeValue::S(pending.id.to_string()));
        Ok(self.transaction().update(Write::PendingErasure, update).commit().await?)
    }

    /// Writes a parcel's redacted messages. A conflict means a concurrent erasure in the same parcel.
    pub async fn erase_messages(
        &self,
        pending: &Pending,
        stored: &StoredParcel,
        messages: &[StoredMessage],
        done: Done,
    ) -> Result<(), StoreError> {
        let content = update_of(keys::content(stored.id))
            .update_expression("SET #m = :m, #r = :after")
            .expression_attribute_names("#m", MESSAGES)
            .expression_attribute_names("#r", REWRITTEN)
            .expression_attribute_values(":m", AttributeValue::B(Blob::new(packing::pack(messages))))
            .expression_attribute_values(":after", number(stored.rewritten + 1));
        let content = match stored.rewritten {
            0 => content.condition_expression("attribute_exists(pk) AND attribute_not_exists(#r)"),
            before => content
                .condition_expression("#r = :before")
                .expression_attribute_values(":before", number(before)),
        };
        let transaction = self
            .transaction()
            .update(Write::ParcelContent, content)
            .update(Write::Erasure, counted(pending, done));
        Ok(transaction.commit().await?)
    }

    /// Replaces a closed opt-out by a tombstone; deletes a reopened one. Returns whether an opt-out was
    /// recorded.
    pub async fn bury_opt_out(&self, pending: &Pending, phone: PhoneNumber) -> Result<bool, StoreError> {
        let school = pending.school;
        let Some(opt_out) = self.opt_out_of(school, phone).await? else { return Ok(false) };
        let key = keys::opt_out(school, Stopped::Number(phone));
        let version = Condition::Version(opt_out.version);
        let mut transaction = self.transaction().delete(Write::OptOut, key, Some(version));
        if opt_out.is_closed() {
            let keys = self.erasure_keys().await?;
            let buried = opt_out.buried(Tombstone::of(school, phone, keys.first()));
            transaction = transaction
                .put_over(Write::Tombstone, opt_out_item(school, buried))
                .update(Write::Erasure, counted(pending, Done { tombstones: 1, ..Done::default() }));
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Removes a school from the holders of a number.
    pub async fn delete_holder(&self, school: SchoolId, phone: PhoneNumber) -> Result<(), StoreError> {
        self.delete(keys::holder(phone, school)).await
    }

    /// Records a complete pass and the time of the final check.
    pub async fn check_erasure_at(&self, pending: &Pending, at: Timestamp) -> Result<(), StoreError> {
        let pending_update = update_of(keys::pending_erasure(pending.school, pending.person))
            .update_expression("SET #stage = :stage, #due = :at")
            .expression_attribute_names("#stage", STAGE)
            .expression_attribute_names("#due", DUE)
            .condition_expression("#id = :id")
            .expression_attribute_names("#id", ID)
            .expression_attribute_values(":stage", stage(Stage::Checking))
            .expression_attribute_values(":at", AttributeValue::S(at.to_string()))
            .expression_attribute_values(":id", AttributeValue::S(pending.id.to_string()));
        let record = update_of(keys::erasure(pending.school, pending.id))
            .update_expression("SET #stage = :stage")
            .expression_attribute_names("#stage", STAGE)
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":stage", stage(Stage::Checking));
        let transaction =
            self.transaction().update(Write::PendingErasure, pending_update).update(Write::Erasure, record);
        commit_unless_done(transaction).await
    }

    /// Completes an erasure: deletes its subject.
    pub async fn complete_erasure(&self, pending: &Pending, now: Timestamp) -> Result<(), StoreError> {
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(keys::pending_erasure(pending.school, pending.person).attributes()))
            .condition_expression("#id = :id AND #due = :due")
            .expression_attribute_names("#id", ID)
            .expression_attribute_names("#due", DUE)
            .expression_attribute_values(":id", AttributeValue::S(pending.id.to_string()))
            .expression_attribute_values(":due", AttributeValue::S(pending.due_at.to_string()))
            .build()
            .expect("table and key are set");
        let record = update_of(keys::erasure(pending.school, pending.id))
            .update_expression("SET #stage = :stage, #completed = :now")
            .expression_attribute_names("#stage", STAGE)
            .expression_attribute_names("#completed", "completed_at")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_values(":stage", stage(Stage::Complete))
            .expression_attribute_values(":now", AttributeValue::S(now.to_string()));
        let transaction = self
            .transaction()
            .write(Write::PendingErasure, TransactWriteItem::builder().delete(delete).build())
            .update(Write::Erasure, record);
        commit_unless_done(transaction).await
    }
}

/// Another worker on the same erasure may have committed first.
async fn commit_unless_done(transaction: Transaction<'_>) -> Result<(), StoreError> {
    match transaction.commit().await.map_err(StoreError::from) {
        Err(StoreError::Conflict) => Ok(()),
        result => result,
    }
}

fn counted(pending: &Pending, done: Done) -> UpdateBuilder {
    update_of(keys::erasure(pending.school, pending.id))
        .update_expression("ADD messages :messages, texts :texts, called_back :back, tombstones :tombstones")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_values(":messages", number(done.messages))
        .expression_attribute_values(":texts", number(done.texts))
        .expression_attribute_values(":back", number(done.called_back))
        .expression_attribute_values(":tombstones", number(done.tombstones))
}

fn update_of(key: Key) -> UpdateBuilder {
    Update::builder().set_key(Some(key.attributes()))
}

fn stage(stage: Stage) -> AttributeValue {
    serde_dynamo::to_attribute_value(stage).expect("a text")
}

fn set(numbers: &HashSet<PhoneNumber>) -> AttributeValue {
    AttributeValue::Ss(numbers.iter().map(|phone| String::from(*phone)).collect())
}

fn pending_item(pending: &Pending) -> Item {
    let Pending { id, school, person, began_at, stage, due_at, .. } = *pending;
    let row = PendingRow { id, school, person, began_at, stage, due_at };
    let mut item = item(keys::pending_erasure(school, person), row);
    // DynamoDB has no empty sets.
    if !pending.numbers.is_empty() {
        item.insert(NUMBERS.to_owned(), set(&pending.numbers));
    }
    item
}

fn pending(item: Item) -> Result<Pending, StoreError> {
    const WHAT: &str = "erasure";
    let numbers = item.get(NUMBERS).and_then(|value| value.as_ss().ok()).cloned().unwrap_or_default();
    let numbers = numbers.into_iter().map(PhoneNumber::try_from).collect::<Result<_, _>>();
    let numbers = numbers.map_err(|_| StoreError::Unreadable(WHAT))?;
    let PendingRow { id, school, person, began_at, stage, due_at } = row(item, WHAT)?;
    Ok(Pending { id, school, person, numbers, began_at, stage, due_at })
}
