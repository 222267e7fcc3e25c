//! Sends whose parcels are not all enqueued yet: what a crash, or an hour to come, leaves to do.

use jiff::Timestamp;

use super::{
    StoreError, Table, keys,
    keys::Item,
    table::{Condition, item, row},
};
use crate::{
    id::{SchoolId, SendId},
    sending::Send,
};
use aws_sdk_dynamodb::types::TransactWriteItem;
use serde::{Deserialize, Serialize};

/// A send that waits to be enqueued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueSend {
    /// Whose.
    pub school: SchoolId,
    /// Which.
    pub send: SendId,
    /// How many parcels it has.
    pub parcels: u16,
    /// When it may leave.
    pub due_at: Timestamp,
}

impl DueSend {
    /// What a send leaves to do.
    pub fn of(school: SchoolId, send: &Send) -> Self {
        Self { school, send: send.id, parcels: send.parcels, due_at: send.due_at }
    }
}

impl Table {
    /// Marks a send as due, as part of the transaction that accepts it.
    pub(super) fn mark_due(&self, due: DueSend) -> TransactWriteItem {
        let key = keys::due_send(due.due_at, due.school, due.send);
        self.transact_put(item(key, due), Condition::Absent)
    }

    /// The sends that are due at an instant, the most urgent first.
    pub async fn due_sends(&self, now: Timestamp) -> Result<Vec<DueSend>, StoreError> {
        let items: Vec<Item> = self.all(keys::DUE_PARTITION.to_owned(), keys::DUE_PREFIX).await?;
        let due: Vec<DueSend> =
            items.into_iter().map(|item| row(item, "due send")).collect::<Result<_, _>>()?;
        Ok(due.into_iter().filter(|send| send.due_at <= now).collect())
    }

    /// Forgets a due send, once all its parcels are enqueued.
    pub async fn enqueued(&self, due: DueSend) -> Result<(), StoreError> {
        self.client()
            .delete_item()
            .table_name(self.name())
            .set_key(Some(keys::due_send(due.due_at, due.school, due.send).attributes()))
            .send()
            .await
            .map_err(StoreError::from_sdk)?;
        Ok(())
    }
}
