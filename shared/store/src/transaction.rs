//! Transactions: several writes, all or none.

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{Delete, Put, TransactWriteItem},
};

use super::{
    StoreError, Table,
    condition::Condition,
    keys::{Item, Key},
};
use domain::id::WorkerId;

impl Table {
    /// A put as part of a transaction.
    pub(super) fn transact_put(&self, item: Item, condition: Condition) -> TransactWriteItem {
        let put = Put::builder()
            .table_name(self.name())
            .set_item(Some(item))
            .condition_expression(condition.expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .build()
            .expect("table and item are set");
        TransactWriteItem::builder().put(put).build()
    }

    /// A put as part of a transaction, whatever was there.
    pub(super) fn transact_put_over(&self, item: Item) -> TransactWriteItem {
        let put = Put::builder().table_name(self.name()).set_item(Some(item)).build();
        TransactWriteItem::builder().put(put.expect("table and item are set")).build()
    }

    /// A removal as part of a transaction.
    pub(super) fn transact_delete(&self, key: Key, condition: Option<Condition>) -> TransactWriteItem {
        let delete = Delete::builder()
            .table_name(self.name())
            .set_key(Some(key.attributes()))
            .set_condition_expression(condition.map(|condition| condition.expression().to_owned()))
            .set_expression_attribute_names(condition.and_then(Condition::names))
            .set_expression_attribute_values(condition.and_then(Condition::values))
            .build()
            .expect("table and key are set");
        TransactWriteItem::builder().delete(delete).build()
    }

    /// Writes several items, all or none. Fails with the places of the conditions that did not
    /// hold. Transactions that meet on an item are tried again.
    pub(super) async fn transact(&self, writes: Vec<TransactWriteItem>) -> Result<(), TransactError> {
        // One token for all attempts: a first one that took effect after all is not done twice.
        let token = WorkerId::generate(jiff::Timestamp::UNIX_EPOCH).to_string();
        for attempt in 0..12_u32 {
            let result = self
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
            let codes: Vec<_> =
                cancelled.cancellation_reasons().iter().map(|reason| reason.code().unwrap_or("")).collect();
            let failed: Vec<usize> =
                (0..codes.len()).filter(|i| codes[*i] == "ConditionalCheckFailed").collect();
            if !failed.is_empty() {
                return Err(TransactError::Conditions(failed));
            }
            if !codes.iter().any(|code| {
                matches!(*code, "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded")
            }) {
                return Err(TransactError::Store(StoreError::from_sdk(error)));
            }
            // Apart from each other: those that met would meet again.
            let wait_ms = 5_u64 << attempt.min(6);
            let apart_ms =
                u64::from(token.as_bytes().iter().rev().nth(attempt as usize % 8).copied().unwrap_or(0));
            tokio::time::sleep(std::time::Duration::from_millis(wait_ms + apart_ms % wait_ms)).await;
        }
        Err(TransactError::Store(StoreError::Unavailable("too many transactions meet on one item".into())))
    }
}

/// Why a transaction did not happen.
#[derive(Debug)]
pub(super) enum TransactError {
    /// These conditions did not hold, by their place in the transaction.
    Conditions(Vec<usize>),
    /// Anything else.
    Store(StoreError),
}

impl From<TransactError> for StoreError {
    fn from(error: TransactError) -> Self {
        match error {
            TransactError::Conditions(_) => Self::Conflict,
            TransactError::Store(error) => error,
        }
    }
}
