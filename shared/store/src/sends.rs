//! Sends: the commit point, and reads.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::{AttributeValue, Update, builders::UpdateBuilder};
use jiff::Timestamp;

use super::{
    Attempt, StoreError, StoredParcel, Table,
    attributes::{item, row},
    condition::Condition,
    keys,
    months::reserve,
    parcel_items::{condition_before, next_progress_item},
    rows::SendRow,
    transaction::{TransactError, Write},
};
use domain::sending::Appointment;
use domain::{
    audit::Entry,
    budget::Month,
    delivery::Progress,
    id::{SchoolId, SendId},
    pricing::MicroEuros,
    sending::{Origin, Send},
};

/// The items written at the commit point of a send.
#[derive(Clone, Debug)]
pub struct Acceptance<'a> {
    /// The attempt that holds the idempotency key.
    pub attempt: &'a Attempt,
    pub send: &'a Send,
    /// The response to replay, as JSON.
    pub answer: String,
    /// The month charged.
    pub month: Month,
    /// Parcels of an earlier send with messages to resend, and their progress with these messages
    /// marked.
    pub taken_up: Vec<(StoredParcel, Progress)>,
    /// The school's spending limit for that month.
    pub monthly_ceiling: Option<MicroEuros>,
    /// The audit entry.
    pub entry: Entry,
    pub now: Timestamp,
}

/// Why a send was not accepted.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The price exceeds the month's remaining budget.
    #[error("the month's ceiling of {0} is reached")]
    OverBudget(MicroEuros),
    /// Messages of the earlier send were resent or changed state concurrently.
    #[error("messages of the earlier send changed")]
    ResentAlready,
    /// A conflict means that another attempt took over the key.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes to the earlier send by a resend.
const OF_THE_EARLIER_SEND: [Write; 2] = [Write::EarlierSend, Write::EarlierParcel];

impl Table {
    /// The commit point: writes send, response, price, the appointments for release and close, and the
    /// audit entry in one transaction.
    pub async fn accept(&self, acceptance: Acceptance<'_>) -> Result<Appointment, AcceptError> {
        let Acceptance { attempt, send, answer, month, taken_up, monthly_ceiling, entry, now } = acceptance;
        let school = attempt.school;
        // Without prior spending, the price alone decides.
        if let Some(ceiling) = monthly_ceiling.filter(|ceiling| send.totals.price > *ceiling) {
            return Err(AcceptError::OverBudget(ceiling));
        }
        let release = Appointment::release(school, send);
        let row = SendRow::from(send.clone());
        let mut transaction = self
            .transaction()
            .update(Write::Month, reserve(school, month, send, monthly_ceiling))
            .write(Write::IdempotencyKey, self.answer(attempt, answer, now))
            .put(Write::Send, item(keys::send(school, send.id), row), Condition::Absent)
            .appointment(release)
            .appointment(Appointment::close(school, send))
            .entry(school, entry);
        if let Origin::Resend { of, .. } = send.origin {
            transaction = transaction.update(Write::EarlierSend, resent(school, of, send.id));
        }
        for (stored, mut progress) in taken_up {
            let item = next_progress_item(stored.id, &mut progress);
            transaction = transaction.put(Write::EarlierParcel, item, condition_before(&progress));
        }
        transaction.commit().await.map_err(|error| match (error, monthly_ceiling) {
            // Only if no other condition failed: an attempt that lost its key may be committed.
            (TransactError::Conditions(failed), Some(ceiling))
                if failed == BTreeSet::from([Write::Month]) =>
            {
                AcceptError::OverBudget(ceiling)
            }
            (TransactError::Conditions(failed), _)
                if failed.is_subset(&BTreeSet::from(OF_THE_EARLIER_SEND)) =>
            {
                AcceptError::ResentAlready
            }
            (other, _) => StoreError::from(other).into(),
        })?;
        Ok(release)
    }

    /// Returns a send.
    pub async fn send(&self, school: SchoolId, send: SendId) -> Result<Option<Send>, StoreError> {
        let found = self.get(keys::send(school, send)).await?;
        found.map(|item| row::<SendRow>(item, "send").map(Send::from)).transpose()
    }
}

/// Records on a send the last one that resent its undelivered messages.
fn resent(school: SchoolId, of: SendId, by: SendId) -> UpdateBuilder {
    Update::builder()
        .set_key(Some(keys::send(school, of).attributes()))
        .update_expression("SET resent_as = :by")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_values(":by", AttributeValue::S(by.to_string()))
}
