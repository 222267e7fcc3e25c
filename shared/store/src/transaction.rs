//! Transactions with labelled writes. A refusal returns the labels whose conditions failed.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{Delete, Put, TransactWriteItem, builders::UpdateBuilder},
};

use super::{
    StoreError, Table,
    condition::Condition,
    keys::{Item, Key},
};
use domain::{directory::IdentifierScheme, id::RandomToken};

/// The label of a write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Write {
    Appointment,
    AuditEntry,
    EarlierParcel,
    EarlierSend,
    Erasure,
    Export,
    FreedLabel,
    IdempotencyKey,
    Import,
    ImportLock,
    /// A person's claim of an identifier.
    Identifier(IdentifierScheme),
    Label,
    /// A claim that its person gives up.
    LapsedIdentifier,
    Licence,
    Month,
    OptOut,
    ParcelContent,
    PendingErasure,
    Person,
    Progress,
    Registration,
    RunningImport,
    School,
    Send,
    SettingsChange,
    Statement,
    Template,
    TemplateVersion,
    Tombstone,
}

/// A transaction under construction.
#[must_use = "nothing is written before it is committed"]
pub(super) struct Transaction<'t> {
    table: &'t Table,
    writes: Vec<(Write, TransactWriteItem)>,
}

/// Why a transaction was not committed.
#[derive(Debug)]
pub(super) enum TransactError {
    /// The conditions of these writes failed.
    Conditions(BTreeSet<Write>),
    Store(StoreError),
}

/// Attempts at a transaction under contention.
const ATTEMPTS: u32 = 12;

impl Table {
    /// Begins an empty transaction.
    pub(super) const fn transaction(&self) -> Transaction<'_> {
        Transaction { table: self, writes: Vec::new() }
    }
}

impl Transaction<'_> {
    /// Adds a conditional put.
    pub fn put(self, label: Write, item: Item, condition: Condition) -> Self {
        let put = Put::builder()
            .table_name(self.table.name())
            .set_item(Some(item))
            .condition_expression(condition.expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .build()
            .expect("table and item are set");
        self.write(label, TransactWriteItem::builder().put(put).build())
    }

    /// Adds an unconditional put.
    pub fn put_over(self, label: Write, item: Item) -> Self {
        let put = Put::builder().table_name(self.table.name()).set_item(Some(item)).build();
        self.write(label, TransactWriteItem::builder().put(put.expect("table and item are set")).build())
    }

    /// Adds a deletion.
    pub fn delete(self, label: Write, key: Key, condition: Option<Condition>) -> Self {
        let delete = Delete::builder()
            .table_name(self.table.name())
            .set_key(Some(key.attributes()))
            .set_condition_expression(condition.map(|condition| condition.expression().to_owned()))
            .set_expression_attribute_names(condition.and_then(Condition::names))
            .set_expression_attribute_values(condition.and_then(Condition::values))
            .build()
            .expect("table and key are set");
        self.write(label, TransactWriteItem::builder().delete(delete).build())
    }

    /// Adds an update, complete but for the table's name.
    pub fn update(self, label: Write, update: UpdateBuilder) -> Self {
        let update = update.table_name(self.table.name()).build().expect("key and expression are set");
        self.write(label, TransactWriteItem::builder().update(update).build())
    }

    /// Adds a write of any kind.
    pub fn write(mut self, label: Write, write: TransactWriteItem) -> Self {
        self.writes.push((label, write));
        self
    }

    /// Commits all writes or none, with retries under contention.
    pub async fn commit(self) -> Result<(), TransactError> {
        let (labels, writes): (Vec<Write>, Vec<TransactWriteItem>) = self.writes.into_iter().unzip();
        // One token for all attempts: a first one that took effect after all is not done twice.
        let token = RandomToken::generate().to_string();
        for attempt in 0..ATTEMPTS {
            let result = self
                .table
                .client()
                .transact_write_items()
                .set_transact_items(Some(writes.clone()))
                .client_request_token(&token)
                .send()
                .await;
            let error = match result {
                Ok(_) => return Ok(()),
                Err(error) => error,
            };
            let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) =
                error.as_service_error()
            else {
                return Err(TransactError::Store(StoreError::from_sdk(error)));
            };
            // One reason per write, in order.
            let reasons = cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or(""));
            let reasons: Vec<(Write, &str)> = labels.iter().copied().zip(reasons).collect();
            let failed = reasons.iter().filter(|(_, code)| *code == "ConditionalCheckFailed");
            let failed: BTreeSet<Write> = failed.map(|(label, _)| *label).collect();
            if !failed.is_empty() {
                return Err(TransactError::Conditions(failed));
            }
            if !reasons.iter().any(|(_, code)| {
                matches!(*code, "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded")
            }) {
                return Err(TransactError::Store(StoreError::from_sdk(error)));
            }
            // Jitter from the token, so that colliding transactions do not collide again.
            let wait_ms = 5_u64 << attempt.min(6);
            let apart_ms =
                u64::from(token.as_bytes().iter().rev().nth(attempt as usize % 8).copied().unwrap_or(0));
            tokio::time::sleep(std::time::Duration::from_millis(wait_ms + apart_ms % wait_ms)).await;
        }
        Err(TransactError::Store(StoreError::Unavailable("too many transactions meet on one item".into())))
    }
}

impl From<TransactError> for StoreError {
    fn from(error: TransactError) -> Self {
        match error {
            TransactError::Conditions(_) => Self::Conflict,
            TransactError::Store(error) => error,
        }
    }
}
