//! What the queue would lose with the process, kept in a table of the embedded DynamoDB.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use shared::aws::Aws;

use super::messages::Message;
use crate::dynamodb::QUEUE_TABLE;

/// The waiting messages and the dead letters.
#[derive(Clone)]
pub(crate) struct Journal(Aws);

/// The journal could not be written or read.
#[derive(Debug, thiserror::Error)]
#[error("the queue's journal failed")]
pub(crate) struct JournalError(#[source] Box<dyn std::error::Error + Send + Sync>);

const WAITING: &str = "WAITING";
const DEAD: &str = "DEAD";

impl Journal {
    pub fn new(aws: Aws) -> Self {
        Self(aws)
    }

    pub async fn add(&self, message: &Message) -> Result<(), JournalError> {
        self.put(WAITING, message).await
    }

    pub async fn delete(&self, id: &str) -> Result<(), JournalError> {
        self.0
            .dynamodb()
            .delete_item()
            .table_name(QUEUE_TABLE)
            .set_key(Some(key(WAITING, id)))
            .send()
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Moves a message to the dead letters.
    pub async fn bury(&self, message: &Message) -> Result<(), JournalError> {
        self.put(DEAD, message).await?;
        self.delete(&message.id).await
    }

    /// The messages that the run before left.
    pub async fn waiting(&self) -> Result<Vec<Message>, JournalError> {
        let items = self
            .0
            .dynamodb()
            .query()
            .table_name(QUEUE_TABLE)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(WAITING.to_owned()))
            .into_paginator()
            .items()
            .send()
            .collect::<Result<Vec<_>, _>>()
            .await
            .map_err(failed)?;
        let text = |item: &HashMap<String, AttributeValue>, name| item.get(name)?.as_s().ok().cloned();
        Ok(items
            .iter()
            .filter_map(|item| Some(Message { id: text(item, "sk")?, body: text(item, "body")? }))
            .collect())
    }

    async fn put(&self, partition: &str, message: &Message) -> Result<(), JournalError> {
        let mut item = key(partition, &message.id);
        item.insert("body".to_owned(), AttributeValue::S(message.body.clone()));
        self.0
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
