//! Writes of a parcel's progress, and refunds of what it reserved for messages that no carrier took.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, Update};

use super::{
    StoreError, StoredParcel, Table,
    keys::{self, Item},
    months::refund,
    parcel_items::{REFUND_PENDING, condition_before, next_progress_item},
    transaction::{TransactError, Write},
};
use domain::delivery::WriteOutcome;
use domain::{
    audit::Entry,
    delivery::{MessageState, Progress},
    sending::{StoredMessage, Totals},
};

/// Progress that was written.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ProgressWritten {
    /// Whether by this write.
    pub outcome: WriteOutcome,
    /// Whether it settled the last message and some of them never left: [`Table::refund`] comes next.
    pub refund_pending: bool,
}

/// Why findings were not written.
#[derive(Debug, thiserror::Error)]
pub enum FindingsError {
    /// The month of the refund has its statement.
    #[error("the month is closed")]
    MonthIsClosed,
    /// Anything else.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Table {
    /// Writes a parcel's progress over the version before it, with an entry of the audit if there is one. A
    /// conflict means that another worker was faster.
    ///
    /// Progress that settles the last message carries the mark of a pending refund if messages never left. The
    /// outcome of each message is written first: it must not depend on whether the month's item can be written
    /// at this moment.
    pub async fn write_progress(
        &self,
        stored: &StoredParcel,
        progress: &mut Progress,
        entry: Option<Entry>,
    ) -> Result<ProgressWritten, StoreError> {
        let refund_pending = never_sent(&stored.messages, progress).messages > 0;
        let mut item = next_item(stored, progress);
        if refund_pending {
            item.insert(REFUND_PENDING.to_owned(), AttributeValue::Bool(true));
        }
        let before = condition_before(progress);
        let outcome = match entry {
            None => self.put_once(item, before).await?,
            Some(entry) => {
                let transaction = self.transaction().put(Write::Progress, item, before);
                transaction.entry(stored.id.school, entry).commit().await?;
                WriteOutcome::Written
            }
        };
        Ok(ProgressWritten { outcome, refund_pending })
    }

    /// Refunds what settled progress has pending, and removes the mark with it: once, however often it is tried.
    /// After a failure the queue or the schedule brings the next try.
    pub async fn refund(&self, stored: &StoredParcel, progress: &Progress) -> Result<(), StoreError> {
        let never_sent = never_sent(&stored.messages, progress);
        let unmark = Update::builder()
            .set_key(Some(keys::progress(stored.id).attributes()))
            .update_expression("REMOVE #pending")
            .condition_expression("attribute_exists(#pending)")
            .expression_attribute_names("#pending", REFUND_PENDING);
        let transaction = self
            .transaction()
            .update(Write::Progress, unmark)
            .update(Write::Month, refund(stored.id.school, stored.month, never_sent));
        match transaction.commit().await {
            // It was done. A month with a pending refund is not closed.
            Err(TransactError::Conditions(failed)) if failed.contains(&Write::Progress) => Ok(()),
            result => Ok(result?),
        }
    }

    /// Tries a pending refund again. Tells whether there was one.
    pub async fn retry_refund(&self, stored: &StoredParcel) -> Result<bool, StoreError> {
        if stored.refund_pending {
            self.refund(stored, &stored.progress).await?;
        }
        Ok(stored.refund_pending)
    }

    /// Writes what was found out about messages of settled progress, and refunds with it what some of them
    /// reserved. A conflict means that another worker wrote in between. A month that is closed refunds nothing:
    /// then nothing is written, and the messages stay as the statement counts them.
    pub async fn write_findings(
        &self,
        stored: &StoredParcel,
        progress: &mut Progress,
        never_received: Totals,
    ) -> Result<WriteOutcome, FindingsError> {
        let item = next_item(stored, progress);
        let before = condition_before(progress);
        if never_received.messages == 0 {
            return Ok(self.put_once(item, before).await?);
        }
        let transaction = self
            .transaction()
            .put(Write::Progress, item, before)
            .update(Write::Month, refund(stored.id.school, stored.month, never_received));
        match transaction.commit().await {
            Ok(()) => Ok(WriteOutcome::Written),
            Err(TransactError::Conditions(failed)) if failed == BTreeSet::from([Write::Month]) => {
                Err(FindingsError::MonthIsClosed)
            }
            Err(error) => Err(StoreError::from(error).into()),
        }
    }
}

fn next_item(stored: &StoredParcel, progress: &mut Progress) -> Item {
    next_progress_item(stored.id, progress)
}

/// What was reserved for messages that no carrier took, once nothing is left to do.
fn never_sent(messages: &[StoredMessage], progress: &Progress) -> Totals {
    if progress.states().any(MessageState::is_open) {
        return Totals::default();
    }
    let unsent = messages.iter().zip(progress.states()).filter(|(_, state)| state.was_never_sent());
    unsent.map(|(message, _)| message.totals()).sum()
}
