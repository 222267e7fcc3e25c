//! Persists queue messages in a table of the embedded DynamoDB.

use std::collections::HashMap;

use aws::Aws;
use aws_sdk_dynamodb::types::AttributeValue;

use super::messages::Message;
use crate::dynamodb::QUEUE_TABLE;

/// Waiting messages and dead letters; none for queues that do not survive a restart.
#[derive(Clone)]
pub struct Journal(Option<Kept>);

/// The stored messages of one queue.
#[derive(Clone)]
struct Kept {
    aws: Aws,
    waiting: &'static str,
    dead: &'static str,
}

/// Failure to read or write the journal.
#[derive(Debug, thiserror::Error)]
#[error("the queue's journal failed")]
pub struct JournalError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Journal {
    /// The journal of the parcel queue, in the embedded DynamoDB.
    pub const fn of_parcels(aws: Aws) -> Self {
        Self(Some(Kept { aws, waiting: "WAITING", dead: "DEAD" }))
    }

    /// No journal: the queue lives as long as the process.
    pub const fn none() -> Self {
        Self(None)
    }

    pub(super) async fn add(&self, message: &Message) -> Result<(), JournalError> {
        let Some(kept) = &self.0 else { return Ok(()) };
        kept.put(kept.waiting, message).await
    }

    /// Removes a message from both queues.
    pub(super) async fn delete(&self, id: &str) -> Result<(), JournalError> {
        let Some(kept) = &self.0 else { return Ok(()) };
        kept.remove(kept.waiting, id).await?;
        kept.remove(kept.dead, id).await
    }

    /// Moves a message to the dead letters.
    pub(super) async fn bury(&self, message: &Message) -> Result<(), JournalError> {
        let Some(kept) = &self.0 else { return Ok(()) };
        kept.put(kept.dead, message).await?;
        kept.remove(kept.waiting, &message.id).await
    }

    /// The waiting messages of the previous run.
    pub(crate) async fn waiting(&self) -> Result<Vec<Message>, JournalError> {
        let Some(kept) = &self.0 else { return Ok(Vec::new()) };
        kept.all(kept.waiting).await
    }

    /// The dead letters of the previous run.
    pub(crate) async fn dead(&self) -> Result<Vec<Message>, JournalError> {
        let Some(kept) = &self.0 else { return Ok(Vec::new()) };
        kept.all(kept.dead).await
    }
}

impl Kept {
    async fn all(&self, partition: &str) -> Result<Vec<Message>, JournalError> {
        let items = self
            .aws
            .dynamodb()
            .query()
            .table_name(QUEUE_TABLE)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(partition.to_owned()))
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(failed)?;
        let text = |item: &HashMap<String, AttributeValue>, name| item.get(name)?.as_s().ok().cloned();
        let message = |item: &HashMap<String, AttributeValue>| {
            Some(Message { id: text(item, "sk")?, body: text(item, "body")?, group: text(item, "group")? })
        };
        Ok(items.iter().filter_map(message).collect())
    }

    async fn remove(&self, partition: &str, id: &str) -> Result<(), JournalError> {
        let delete =
            self.aws.dynamodb().delete_item().table_name(QUEUE_TABLE).set_key(Some(key(partition, id)));
        delete.send().await.map_err(failed)?;
        Ok(())
    }

    async fn put(&self, partition: &str, message: &Message) -> Result<(), JournalError> {
        let mut item = key(partition, &message.id);
        item.insert("body".to_owned(), AttributeValue::S(message.body.clone()));
        item.insert("group".to_owned(), AttributeValue::S(message.group.clone()));
        self.aws
            .dynamodb()
            .put_item()
            .table_name(QUEUE_TABLE)
            .set_item(Some(item))
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }
}

fn key(partition: &str, id: &str) -> HashMap<String, AttributeValue> {
    HashMap::from([
        ("pk".to_owned(), AttributeValue::S(partition.to_owned())),
        ("sk".to_owned(), AttributeValue::S(id.to_owned())),
    ])
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> JournalError {
    JournalError(Box::new(error))
}
