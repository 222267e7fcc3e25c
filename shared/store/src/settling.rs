//! Writes of a parcel's progress, and refunds for messages that no carrier accepted.

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

/// The result of writing progress.
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct ProgressWritten {
    /// Whether this write stored it.
    pub outcome: WriteOutcome,
    /// Whether the last message is settled and some were never sent: [`Table::refund`] comes next.
    pub refund_pending: bool,
}

/// Why findings were not written.
#[derive(Debug, thiserror::Error)]
pub enum FindingsError {
    /// The month of the refund has its statement.
    #[error("the month is closed")]
    MonthIsClosed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Table {
    /// Replaces a parcel's progress in the version read, with an optional audit entry. A conflict means
    /// that another worker wrote first.
    ///
    /// Progress that settles the last message is marked with a pending refund if messages were never
    /// sent. Outcomes are written first: they must not depend on the month's item.
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

    /// Refunds settled progress and clears its mark in one transaction: exactly once, however often it
    /// is retried. After a failure, the queue or the schedule retries.
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
            // Already refunded. A month with a pending refund is not closed.
            Err(TransactError::Conditions(failed)) if failed.contains(&Write::Progress) => Ok(()),
            result => Ok(result?),
        }
    }

    /// Retries a pending refund. Returns whether there was one.
    pub async fn retry_refund(&self, stored: &StoredParcel) -> Result<bool, StoreError> {
        if stored.refund_pending {
            self.refund(stored, &stored.progress).await?;
        }
        Ok(stored.refund_pending)
    }

    /// Writes the results of status queries on settled progress, with any refunds, in one transaction.
    /// A conflict means a concurrent write. For a closed month nothing is written: messages stay as the
    /// statement counts them.
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

/// Sums the reservations for messages that no carrier accepted, once all are settled.
fn never_sent(messages: &[StoredMessage], progress: &Progress) -> Totals {
    if progress.states().any(MessageState::is_open) {
        return Totals::default();
    }
    let unsent = messages.iter().zip(progress.states()).filter(|(_, state)| state.was_never_sent());
    unsent.map(|(message, _)| message.totals()).sum()
}
