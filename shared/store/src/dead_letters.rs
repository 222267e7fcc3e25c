//! Dead letters: queue messages past their maximum receive count, stored for the operator.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::{
    Consistency, StoreError, Table,
    attributes::{item, row},
    keys,
    table::Page,
};
use domain::clock::later;

/// A message from the dead-letter queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadLetter {
    /// The SQS message id.
    pub message_id: String,
    /// When it was enqueued.
    pub sent_at: Timestamp,
    /// Its first characters, with phone numbers masked.
    pub body: String,
    /// The action taken.
    pub fate: String,
}

#[derive(Serialize, Deserialize)]
struct DeadLetterRow {
    #[serde(flatten)]
    letter: DeadLetter,
    ttl: i64,
}

/// The maximum retention of SQS.
const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);

impl Table {
    /// Stores a dead letter. Idempotent.
    pub async fn put_dead_letter(&self, letter: DeadLetter) -> Result<(), StoreError> {
        let key = keys::dead_letter(letter.sent_at, &letter.message_id);
        let ttl = later(letter.sent_at, KEPT).as_second();
        self.put(item(key, DeadLetterRow { letter, ttl })).await
    }

    /// Returns the latest dead letters, newest first.
    pub async fn dead_letters(&self, limit: i32) -> Result<Vec<DeadLetter>, StoreError> {
        let page = Page {
            partition: keys::DEAD_LETTERS_PARTITION.to_owned(),
            prefix: keys::DEAD_LETTERS_PREFIX,
            oldest_first: false,
            limit: Some(limit),
            after: None,
            consistency: Consistency::Strong,
        };
        let (items, _) = self.page(page).await?;
        let read = |item| row::<DeadLetterRow>(item, "dead letter").map(|row| row.letter);
        items.into_iter().map(read).collect()
    }
}
