//! Keeping a parcel's progress, and giving back what it reserved for texts that no carrier took.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, Update};

use super::{
    StoreError, StoredParcel, Table,
    keys::{self, Item},
    months::refund,
    parcel_items::{OWED, condition_before, next_progress_item},
    transaction::{TransactError, Write},
};
use domain::delivery::WriteOutcome;
use domain::{
    audit::Entry,
    delivery::{MessageState, Progress},
    sending::{StoredMessage, Totals},
};

/// Progress that was written.
#[derive(Debug)]
#[must_use]
pub struct Kept {
    /// Whether by this write. It stands, whatever became of the money.
    pub written: WriteOutcome,
    /// Whether the month has back what it is owed. After a failure the queue or the schedule brings the next try.
    pub given_back: Result<(), StoreError>,
}

/// Why findings were not kept.
#[derive(Debug, thiserror::Error)]
pub enum FindingsError {
    /// The month that would have something back has its statement.
    #[error("the month is closed")]
    MonthIsClosed,
    /// Anything else.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Table {
    /// Writes a parcel's progress over the version before it; a conflict means that somebody else was
    /// faster. When it settles the last message, what was reserved for texts that never left goes back to
    /// the month: settled progress is not written again.
    pub async fn keep(&self, stored: &StoredParcel, progress: &mut Progress) -> Result<Kept, StoreError> {
        self.keep_with(stored, progress, None).await
    }

    /// The same, together with who did it where that is the first parcel of what somebody did.
    pub async fn keep_with(
        &self,
        stored: &StoredParcel,
        progress: &mut Progress,
        entry: Option<Entry>,
    ) -> Result<Kept, StoreError> {
        let owes = never_sent(&stored.messages, progress).messages > 0;
        let item = if owes { item_that_owes(stored, progress) } else { next_item(stored, progress) };
        let before = condition_before(progress);
        let written = match entry {
            None => self.put_once(item, before).await?,
            Some(entry) => {
                let transaction = self.transaction().put(Write::Progress, item, before);
                transaction.entry(stored.school, entry).commit().await?;
                WriteOutcome::Written
            }
        };
        let given_back = if owes { self.give_back(stored, progress).await } else { Ok(()) };
        Ok(Kept { written, given_back })
    }

    /// Writes settled progress with a mark that something is to be given back. What came of each message
    /// is kept first: it must not depend on whether the month's item can be written at this moment.
    pub async fn put_progress_that_owes(
        &self,
        stored: &StoredParcel,
        progress: &mut Progress,
    ) -> Result<WriteOutcome, StoreError> {
        let item = item_that_owes(stored, progress);
        self.put_once(item, condition_before(progress)).await
    }

    /// Gives back what settled progress owes, and takes the mark away with it: once, however often it is
    /// tried. After a failure the queue or the schedule brings the next try.
    pub async fn give_back(&self, stored: &StoredParcel, progress: &Progress) -> Result<(), StoreError> {
        let never_sent = never_sent(&stored.messages, progress);
        let unmark = Update::builder()
            .set_key(Some(keys::progress(stored.school, stored.send, stored.number).attributes()))
            .update_expression("REMOVE #owed")
            .condition_expression("attribute_exists(#owed)")
            .expression_attribute_names("#owed", OWED);
        let transaction = self
            .transaction()
            .update(Write::Progress, unmark)
            .update(Write::Month, refund(stored.school, stored.month, never_sent));
        match transaction.commit().await {
            // It was done. A month that is owed anything is not closed.
            Err(TransactError::Conditions(failed)) if failed.contains(&Write::Progress) => Ok(()),
            result => Ok(result?),
        }
    }
}

impl Table {
    /// Writes what was found out about messages of settled progress, and gives back with it what some of
    /// them reserved. A conflict means that somebody else wrote in between. A month that is closed gives nothing
    /// back: then nothing is written, and the messages stay as the statement counts them.
    pub async fn keep_findings(
        &self,
        stored: &StoredParcel,
        progress: &mut Progress,
        never_received: Totals,
    ) -> Result<WriteOutcome, FindingsError> {
        if never_received.messages == 0 {
            return Ok(self.put_progress(stored.school, stored.send, stored.number, progress).await?);
        }
        let item = next_item(stored, progress);
        let transaction = self
            .transaction()
            .put(Write::Progress, item, condition_before(progress))
            .update(Write::Month, refund(stored.school, stored.month, never_received));
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
    next_progress_item(stored.school, stored.send, stored.number, progress)
}

fn item_that_owes(stored: &StoredParcel, progress: &mut Progress) -> Item {
    let mut item = next_item(stored, progress);
    item.insert(OWED.to_owned(), AttributeValue::Bool(true));
    item
}

/// What was reserved for messages that no carrier took, once nothing is left to do.
fn never_sent(messages: &[StoredMessage], progress: &Progress) -> Totals {
    if progress.states().any(MessageState::is_open) {
        return Totals::default();
    }
    let unsent = messages.iter().zip(progress.states()).filter(|(_, state)| state.was_never_sent());
    unsent.map(|(message, _)| message.totals()).sum()
}
