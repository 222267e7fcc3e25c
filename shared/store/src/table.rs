//! Calls that every kind of item uses.

use std::{collections::HashMap, ops::Range};

use aws_sdk_dynamodb::{
    operation::{put_item::PutItemError, transact_write_items::TransactWriteItemsError},
    types::{
        AttributeValue, Delete, Put, PutRequest, ReturnValuesOnConditionCheckFailure, TransactWriteItem,
        WriteRequest,
    },
};
use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Freshness, StoreError,
    keys::{Item, Key},
};
use aws::{Aws, Secret};
use domain::delivery::Written;
use domain::{id::RandomToken, keys::Keys};

/// The one table of the service.
#[derive(Clone)]
pub struct Table {
    aws: Aws,
    name: String,
    /// What tombstones are made with and told by, for those who may.
    erasure_key: Option<Secret>,
}

/// A function that checks opt-outs was not given the key: a bug of ours.
#[derive(Debug, thiserror::Error)]
#[error("this function was not given the key of tombstones")]
struct NoErasureKey;

/// `BatchWriteItem` takes 25 puts.
const BATCH_PUTS: usize = 25;
/// Batches in flight at once.
const CONCURRENT_BATCHES: usize = 8;
/// How often what a batch left unprocessed is tried again.
const BATCH_ATTEMPTS: usize = 8;

impl Table {
    /// The table of this name.
    pub fn new(aws: Aws, name: String) -> Self {
        Self { aws, name, erasure_key: None }
    }

    /// The same for a function that tells by tombstones whose numbers they are.
    #[must_use]
    pub fn with_erasure_key(self, key: Secret) -> Self {
        Self { erasure_key: Some(key), ..self }
    }

    /// The keys of tombstones, read when there is one to tell or to make.
    pub(super) async fn erasure_keys(&self) -> Result<Keys, StoreError> {
        let Some(key) = &self.erasure_key else { return Err(StoreError::Refused(Box::new(NoErasureKey))) };
        key.keys().await.map_err(|error| {
            tracing::error!(alarm = "secret", %error, "the key of tombstones cannot be read");
            StoreError::Unavailable(Box::new(error))
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn client(&self) -> &aws_sdk_dynamodb::Client {
        self.aws.dynamodb()
    }

    /// Reads one item, as last written.
    pub(super) async fn get(&self, key: Key) -> Result<Option<Item>, StoreError> {
        self.read(key, true).await
    }

    /// Reads one item for half the price; it may be as it was a moment ago, or not be there yet.
    pub(super) async fn get_as_it_was(&self, key: Key) -> Result<Option<Item>, StoreError> {
        self.read(key, false).await
    }

    async fn read(&self, key: Key, consistent: bool) -> Result<Option<Item>, StoreError> {
        let output = self
            .client()
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .consistent_read(consistent)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(output.item)
    }

    /// Writes one item under a condition. An item that is there already, exactly as it was to be
    /// written, is this very write: its answer was lost and the SDK sent it again.
    pub(super) async fn put_if(&self, item: Item, condition: Condition) -> Result<(), StoreError> {
        self.put_once(item, condition).await.map(|_| ())
    }

    /// The same, for whoever must know whether the item may be the work of somebody else, who wrote the same.
    pub(super) async fn put_once(&self, item: Item, condition: Condition) -> Result<Written, StoreError> {
        let put = self
            .client()
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item.clone()))
            .condition_expression(condition.expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = put.send().await else { return Ok(Written::Now) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) if failed.item() == Some(&item) => {
                Ok(Written::Before)
            }
            Some(PutItemError::ConditionalCheckFailedException(_)) => Err(StoreError::Conflict),
            _ => Err(StoreError::from_sdk(error)),
        }
    }

    /// Writes one item, whatever was there.
    pub(super) async fn put(&self, item: Item) -> Result<(), StoreError> {
        self.client()
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item))
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(())
    }

    /// Removes one item, if it is there.
    pub(super) async fn delete(&self, key: Key) -> Result<(), StoreError> {
        self.client()
            .delete_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(())
    }

    /// A put as part of a transaction.
    pub(super) fn transact_put(&self, item: Item, condition: Condition) -> TransactWriteItem {
        let put = Put::builder()
            .table_name(&self.name)
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
        let put = Put::builder().table_name(&self.name).set_item(Some(item)).build();
        TransactWriteItem::builder().put(put.expect("table and item are set")).build()
    }

    /// A removal as part of a transaction.
    pub(super) fn transact_delete(&self, key: Key, condition: Option<Condition>) -> TransactWriteItem {
        let delete = Delete::builder()
            .table_name(&self.name)
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
        let token = RandomToken::generate().to_string();
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

    /// Writes many items without conditions, 25 at a time.
    pub(super) async fn put_all(&self, items: impl Iterator<Item = Item>) -> Result<(), StoreError> {
        let mut items = items.peekable();
        let batches = std::iter::from_fn(|| {
            items.peek()?;
            Some(items.by_ref().take(BATCH_PUTS).map(put_request).collect::<Vec<_>>())
        });
        stream::iter(batches)
            .map(|batch| self.put_batch(batch))
            .buffer_unordered(CONCURRENT_BATCHES)
            .try_collect::<Vec<()>>()
            .await?;
        Ok(())
    }

    async fn put_batch(&self, mut batch: Vec<WriteRequest>) -> Result<(), StoreError> {
        for attempt in 0..BATCH_ATTEMPTS {
            let output = self
                .client()
                .batch_write_item()
                .request_items(&self.name, batch)
                .send()
                .await
                .map_err(StoreError::from_sdk)?;
            batch = output.unprocessed_items.and_then(|mut left| left.remove(&self.name)).unwrap_or_default();
            if batch.is_empty() {
                return Ok(());
            }
            tokio::time::sleep(std::time::Duration::from_millis(20 << attempt)).await;
        }
        Err(StoreError::Unavailable("the table kept items of a batch unprocessed".into()))
    }

    /// Reads a page of a partition: what sorts after a prefix, in one direction.
    pub(super) async fn page(&self, page: Page<'_>) -> Result<(Vec<Item>, Option<Key>), StoreError> {
        let output = self
            .client()
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND begins_with(sk, :prefix)")
            .expression_attribute_values(":pk", AttributeValue::S(page.partition.clone()))
            .expression_attribute_values(":prefix", AttributeValue::S(page.prefix.to_owned()))
            .scan_index_forward(page.oldest_first)
            .set_limit(page.limit)
            .set_exclusive_start_key(page.after.map(Key::attributes))
            .consistent_read(page.consistent)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        let next = output.last_evaluated_key.as_ref().map(key_of).transpose()?;
        Ok((output.items.unwrap_or_default(), next))
    }

    /// Reads a page of a partition, newest first: from the start of a span up to its end, which is not part of it.
    pub(super) async fn span(
        &self,
        partition: String,
        span: Range<String>,
        limit: Option<i32>,
        freshness: Freshness,
    ) -> Result<(Vec<Item>, Option<Key>), StoreError> {
        // Between tells both ends; what begins a page is never part of it.
        let end = Key { pk: partition.clone(), sk: span.end.clone() };
        let output = self
            .client()
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :pk AND sk BETWEEN :start AND :end")
            .expression_attribute_values(":pk", AttributeValue::S(partition))
            .expression_attribute_values(":start", AttributeValue::S(span.start))
            .expression_attribute_values(":end", AttributeValue::S(span.end))
            .scan_index_forward(false)
            .set_limit(limit)
            .set_exclusive_start_key(Some(end.attributes()))
            .consistent_read(freshness == Freshness::Latest)
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        let next = output.last_evaluated_key.as_ref().map(key_of).transpose()?;
        Ok((output.items.unwrap_or_default(), next))
    }

    /// Reads all of a partition that starts with a prefix.
    pub(super) async fn all(&self, partition: String, prefix: &str) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::new();
        let mut after = None;
        loop {
            let page = Page {
                partition: partition.clone(),
                prefix,
                oldest_first: true,
                limit: None,
                after,
                consistent: true,
            };
            let (more, next) = self.page(page).await?;
            items.extend(more);
            match next {
                Some(key) => after = Some(key),
                None => return Ok(items),
            }
        }
    }
}

/// A part of a partition.
pub(super) struct Page<'a> {
    pub partition: String,
    pub prefix: &'a str,
    pub oldest_first: bool,
    pub limit: Option<i32>,
    pub after: Option<Key>,
    pub consistent: bool,
}

/// When a write may happen.
#[derive(Clone, Copy, Debug)]
pub(super) enum Condition {
    /// Nothing has this key yet.
    Absent,
    /// The item has this version.
    Version(u64),
}

impl Condition {
    pub const fn expression(self) -> &'static str {
        match self {
            Self::Absent => "attribute_not_exists(pk)",
            Self::Version(_) => "#v = :v",
        }
    }

    pub fn names(self) -> Option<HashMap<String, String>> {
        match self {
            Self::Absent => None,
            Self::Version(_) => Some(HashMap::from([("#v".to_owned(), "version".to_owned())])),
        }
    }

    pub fn values(self) -> Option<Item> {
        match self {
            Self::Absent => None,
            Self::Version(version) => Some(HashMap::from([(":v".to_owned(), number(version))])),
        }
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

/// A number attribute.
pub(super) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// An item from its key and a plain struct. What is not known is left out: every byte is billed.
pub(super) fn item(key: Key, row: impl Serialize) -> Item {
    let mut item: Item = serde_dynamo::to_item(row).expect("a row is a struct of plain fields");
    item.retain(|_, value| !value.is_null());
    item.extend(key.attributes());
    item
}

/// A plain struct from an item. An error never carries the item's content.
pub(super) fn row<Row: DeserializeOwned>(item: Item, what: &'static str) -> Result<Row, StoreError> {
    serde_dynamo::from_item(item).map_err(|_| StoreError::Unreadable(what))
}

/// A text attribute of an item.
pub(super) fn text<'i>(item: &'i Item, name: &'static str) -> Result<&'i str, StoreError> {
    item.get(name).and_then(|value| value.as_s().ok()).map(String::as_str).ok_or(StoreError::Unreadable(name))
}

fn key_of(item: &Item) -> Result<Key, StoreError> {
    Ok(Key { pk: text(item, "pk")?.to_owned(), sk: text(item, "sk")?.to_owned() })
}

fn put_request(item: Item) -> WriteRequest {
    let put = PutRequest::builder().set_item(Some(item)).build().expect("the item is set");
    WriteRequest::builder().put_request(put).build()
}
