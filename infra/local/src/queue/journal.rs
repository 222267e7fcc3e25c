//! What the queues would lose with the process, kept in a table of the embedded DynamoDB.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use shared::aws::Aws;

use super::messages::Message;
use crate::dynamodb::QUEUE_TABLE;

/// The waiting messages and the dead letters; or nothing, where a restart is not to find anything.
#[derive(Clone)]
pub struct Journal(Option<Aws>);

/// The journal could not be written or read.
#[derive(Debug, thiserror::Error)]
#[error("the queue's journal failed")]
pub struct JournalError(#[source] Box<dyn std::error::Error + Send + Sync>);

const WAITING: &str = "WAITING";
const DEAD: &str = "DEAD";

impl Journal {
    /// A journal in the embedded DynamoDB.
    pub const fn new(aws: Aws) -> Self {
        Self(Some(aws))
    }

    /// No journal: the queue lives as long as the process.
    pub const fn none() -> Self {
        Self(None)
    }

    pub(super) async fn add(&self, message: &Message) -> Result<(), JournalError> {
        self.put(WAITING, message).await
    }

    /// Removes a message from both queues.
    pub(super) async fn delete(&self, id: &str) -> Result<(), JournalError> {
        self.remove(WAITING, id).await?;
        self.remove(DEAD, id).await
    }

    /// Moves a message to the dead letters.
    pub(super) async fn bury(&self, message: &Message) -> Result<(), JournalError> {
        self.put(DEAD, message).await?;
        self.remove(WAITING, &message.id).await
    }

    /// The messages that the run before left.
    pub(crate) async fn waiting(&self) -> Result<Vec<Message>, JournalError> {
        self.all(WAITING).await
    }

    /// The dead letters that the run before left.
    pub(crate) async fn dead(&self) -> Result<Vec<Message>, JournalError> {
        self.all(DEAD).await
    }

    async fn all(&self, partition: &str) -> Result<Vec<Message>, JournalError> {
        let Some(aws) = &self.0 else { return Ok(Vec::new()) };
        let items = aws
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
        let Some(aws) = &self.0 else { return Ok(()) };
        let delete = aws.dynamodb().delete_item().table_name(QUEUE_TABLE).set_key(Some(key(partition, id)));
        delete.send().await.map_err(failed)?;
        Ok(())
    }

    async fn put(&self, partition: &str, message: &Message) -> Result<(), JournalError> {
        let Some(aws) = &self.0 else { return Ok(()) };
        let mut item = key(partition, &message.id);
        item.insert("body".to_owned(), AttributeValue::S(message.body.clone()));
        item.insert("group".to_owned(), AttributeValue::S(message.group.clone()));
        aws.dynamodb()
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
