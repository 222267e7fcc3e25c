//! Sends: the commit point, and what is read of them.

use aws_sdk_dynamodb::types::{TransactWriteItem, Update};
use jiff::Timestamp;

use super::{
    Attempt, DueSend, StoreError, Table, keys,
    rows::SendRow,
    table::{Condition, Page, TransactError, item, number, row},
};
use crate::{
    id::{SchoolId, SendId},
    pricing::MicroEuros,
    sending::Send,
};

/// A page of sends, newest first, and where the next one starts.
pub type SendsPage = (Vec<Send>, Option<SendId>);

/// All that is written at the commit point of a send.
#[derive(Clone, Debug)]
pub struct Acceptance<'a> {
    /// The key that the request holds.
    pub attempt: &'a Attempt,
    /// The send.
    pub send: &'a Send,
    /// The answer to keep for repetitions, as JSON.
    pub answer: String,
    /// The month that pays, `2026-11`, in the school's own time.
    pub month: &'a str,
    /// The most that the school may spend in that month.
    pub monthly_ceiling: Option<MicroEuros>,
    /// The present instant.
    pub now: Timestamp,
}

impl Table {
    /// The commit point: send, answer, price and the mark for the queue come to be together, or
    /// not at all. A conflict means that the attempt lost its key to another one.
    pub async fn accept(&self, acceptance: Acceptance<'_>) -> Result<DueSend, StoreError> {
        let Acceptance { attempt, send, answer, month, monthly_ceiling, now } = acceptance;
        let school = attempt.school;
        if monthly_ceiling.is_some_and(|ceiling| send.totals.price > ceiling) {
            return Err(StoreError::OverBudget);
        }
        let due = DueSend::of(school, send);
        let writes = vec![
            self.reserve(school, month, send, monthly_ceiling),
            self.answer(attempt, answer, now),
            self.transact_put(
                item(keys::send(school, send.id), SendRow::from(send.clone())),
                Condition::Absent,
            ),
            self.mark_due(due),
        ];
        self.transact(writes).await.map_err(|error| match error {
            TransactError::Conditions(places) if places.contains(&0) => StoreError::OverBudget,
            other => other.into(),
        })?;
        Ok(due)
    }

    /// Adds a send's price to the month, if it fits under the ceiling.
    fn reserve(
        &self,
        school: SchoolId,
        month: &str,
        send: &Send,
        ceiling: Option<MicroEuros>,
    ) -> TransactWriteItem {
        let price = send.totals.price;
        let update = Update::builder()
            .table_name(self.name())
            .set_key(Some(keys::month(school, month).attributes()))
            .update_expression("ADD committed :price, #m :messages, #s :segments")
            .expression_attribute_names("#m", "messages")
            .expression_attribute_names("#s", "segments")
            .expression_attribute_values(":price", number(price.get()))
            .expression_attribute_values(":messages", number(send.totals.messages))
            .expression_attribute_values(":segments", number(send.totals.segments));
        let update = match ceiling.map(|ceiling| ceiling.checked_sub(price).unwrap_or_default()) {
            None => update,
            Some(room) => update
                .condition_expression("attribute_not_exists(committed) OR committed <= :room")
                .expression_attribute_values(":room", number(room.get())),
        };
        TransactWriteItem::builder()
            .update(update.build().expect("table, key and expression are set"))
            .build()
    }

    /// What was committed in a month.
    pub async fn committed(&self, school: SchoolId, month: &str) -> Result<MicroEuros, StoreError> {
        let Some(item) = self.get(keys::month(school, month)).await? else { return Ok(MicroEuros::ZERO) };
        let committed =
            item.get("committed").and_then(|value| value.as_n().ok()).and_then(|n| n.parse().ok());
        committed.map(MicroEuros::new).ok_or(StoreError::Unreadable("month"))
    }

    /// One send.
    pub async fn send(&self, school: SchoolId, send: SendId) -> Result<Option<Send>, StoreError> {
        let found = self.get(keys::send(school, send)).await?;
        found.map(|item| row::<SendRow>(item, "send").map(Send::from)).transpose()
    }

    /// A page of a school's sends.
    pub async fn sends_page(
        &self,
        school: SchoolId,
        before: Option<SendId>,
        limit: i32,
    ) -> Result<SendsPage, StoreError> {
        let page = Page {
            partition: keys::school_partition(school),
            prefix: keys::SEND_PREFIX,
            oldest_first: false,
            limit: Some(limit),
            after: before.map(|send| keys::send(school, send)),
            consistent: true,
        };
        let (items, next) = self.page(page).await?;
        let sends = items
            .into_iter()
            .map(|item| row::<SendRow>(item, "send").map(Send::from))
            .collect::<Result<Vec<_>, _>>()?;
        let next = next
            .map(|key| key.sk.trim_start_matches(keys::SEND_PREFIX).parse())
            .transpose()
            .map_err(|_| StoreError::Unreadable("send"))?;
        Ok((sends, next))
    }
}
