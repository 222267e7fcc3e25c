//! Calls shared by all kinds of items.

use std::ops::Range;

use aws_sdk_dynamodb::{
    error::SdkError,
    operation::{put_item::PutItemError, update_item::UpdateItemError},
    types::{AttributeValue, PutRequest, ReturnValuesOnConditionCheckFailure, WriteRequest},
};
use futures_util::{StreamExt, TryStreamExt, stream};

use super::{
    Consistency, StoreError,
    attributes::text,
    condition::Condition,
    keys::{Item, Key},
};
use aws::{Aws, Secret};
use domain::{delivery::WriteOutcome, keys::Keys};

/// The table of the service.
#[derive(Clone)]
pub struct Table {
    aws: Aws,
    name: String,
    /// The key of tombstones, for functions with access.
    erasure_key: Option<Secret>,
}

/// A function that checks opt-outs lacks the key: a bug of ours.
#[derive(Debug, thiserror::Error)]
#[error("this function has no tombstone key")]
struct NoErasureKey;

/// Limit of `BatchWriteItem`.
const BATCH_PUTS: usize = 25;
/// Concurrent batches.
const CONCURRENT_BATCHES: usize = 8;
/// Attempts at the unprocessed items of a batch.
const BATCH_ATTEMPTS: usize = 8;

impl Table {
    /// Creates a client of the table.
    pub fn new(aws: Aws, name: String) -> Self {
        Self { aws, name, erasure_key: None }
    }

    /// Adds the key of tombstones, for a function that matches them.
    #[must_use]
    pub fn with_erasure_key(self, key: Secret) -> Self {
        Self { erasure_key: Some(key), ..self }
    }

    /// Reads the keys of tombstones on first use.
    pub(super) async fn erasure_keys(&self) -> Result<Keys, StoreError> {
        let Some(key) = &self.erasure_key else { return Err(StoreError::Refused(Box::new(NoErasureKey))) };
        key.keys().await.map_err(|error| {
            tracing::error!(alarm = "secret", %error, "the tombstone key cannot be read");
            StoreError::Unavailable(Box::new(error))
        })
    }

    /// Returns the table's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn client(&self) -> &aws_sdk_dynamodb::Client {
        self.aws.dynamodb()
    }

    /// Reads one item, strongly consistent.
    pub(super) async fn get(&self, key: Key) -> Result<Option<Item>, StoreError> {
        self.read(key, Consistency::Strong).await
    }

    /// Reads one item, eventually consistent, at half the price.
    pub(super) async fn get_eventually_consistent(&self, key: Key) -> Result<Option<Item>, StoreError> {
        self.read(key, Consistency::Eventual).await
    }

    async fn read(&self, key: Key, consistency: Consistency) -> Result<Option<Item>, StoreError> {
        let output = self
            .client()
            .get_item()
            .table_name(&self.name)
            .set_key(Some(key.attributes()))
            .consistent_read(consistency.is_strong())
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(output.item)
    }

    /// Writes one item under a condition. If an identical item exists, the write succeeded: the SDK
    /// retried it after a lost response.
    pub(super) async fn put_if(&self, item: Item, condition: Condition) -> Result<(), StoreError> {
        self.put_once(item, condition).await.map(|_| ())
    }

    /// Distinguishes an identical item that another worker may have written.
    pub(super) async fn put_once(
        &self,
        item: Item,
        condition: Condition,
    ) -> Result<WriteOutcome, StoreError> {
        let put = self
            .client()
            .put_item()
            .table_name(&self.name)
            .set_item(Some(item.clone()))
            .condition_expression(condition.expression())
            .set_expression_attribute_names(condition.names())
            .set_expression_attribute_values(condition.values())
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let Err(error) = put.send().await else { return Ok(WriteOutcome::Written) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(failed)) if failed.item() == Some(&item) => {
                Ok(WriteOutcome::AlreadyThere)
            }
            Some(PutItemError::ConditionalCheckFailedException(_)) => Err(StoreError::Conflict),
            _ => Err(StoreError::from_sdk(error)),
        }
    }

    /// Writes one item unconditionally.
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

    /// Deletes one item, if it exists.
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

    /// Writes many items without conditions, 25 per call.
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

    /// Reads a page of a partition by sort-key prefix, in one direction.
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
            .consistent_read(page.consistency.is_strong())
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        let next = output.last_evaluated_key.as_ref().map(key_of).transpose()?;
        Ok((output.items.unwrap_or_default(), next))
    }

    /// Reads a page of a partition, newest first, over a half-open range of sort keys.
    pub(super) async fn span(
        &self,
        partition: String,
        span: Range<String>,
        limit: Option<i32>,
        consistency: Consistency,
    ) -> Result<(Vec<Item>, Option<Key>), StoreError> {
        // `BETWEEN` includes both ends; the end of the range is exclusive.
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
            .consistent_read(consistency.is_strong())
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        let next = output.last_evaluated_key.as_ref().map(key_of).transpose()?;
        Ok((output.items.unwrap_or_default(), next))
    }

    /// Reads a whole partition by sort-key prefix.
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
                consistency: Consistency::Strong,
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
    pub consistency: Consistency,
}

/// Whether the error is a failed condition.
pub(super) fn is_condition(error: &SdkError<UpdateItemError>) -> bool {
    matches!(error.as_service_error(), Some(UpdateItemError::ConditionalCheckFailedException(_)))
}

fn key_of(item: &Item) -> Result<Key, StoreError> {
    Ok(Key { pk: text(item, "pk")?.to_owned(), sk: text(item, "sk")?.to_owned() })
}

fn put_request(item: Item) -> WriteRequest {
    let put = PutRequest::builder().set_item(Some(item)).build().expect("the item is set");
    WriteRequest::builder().put_request(put).build()
}
