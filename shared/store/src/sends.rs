//! Sends: the commit point, and what is read of them.

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

/// All that is written at the commit point of a send.
#[derive(Clone, Debug)]
pub struct Acceptance<'a> {
    /// The key that the request holds.
    pub attempt: &'a Attempt,
    /// The send.
    pub send: &'a Send,
    /// The answer to keep for repetitions, as JSON.
    pub answer: String,
    /// The month that pays.
    pub month: Month,
    /// Parcels of an earlier send whose messages this one takes up, with the marks that it does.
    pub taken_up: Vec<(StoredParcel, Progress)>,
    /// The most that the school may spend in that month.
    pub monthly_ceiling: Option<MicroEuros>,
    /// Who asks for it.
    pub entry: Entry,
    /// The present instant.
    pub now: Timestamp,
}

/// Why a send did not come to be.
#[derive(Debug, thiserror::Error)]
pub enum AcceptError {
    /// The month's ceiling does not leave room for the price.
    #[error("the month's ceiling of {0} is reached")]
    OverBudget(MicroEuros),
    /// Messages of the earlier send were taken up by another one, or their state changed, in this moment.
    #[error("messages of the earlier send changed")]
    ResentAlready,
    /// Anything else. A conflict means that the attempt lost its key to another one.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a resend writes to the earlier send.
const OF_THE_EARLIER_SEND: [Write; 2] = [Write::EarlierSend, Write::EarlierParcel];

impl Table {
    /// The commit point: send, answer, price, the appointments for its release and its end and who asked for it
    /// come to be together, or not at all.
    pub async fn accept(&self, acceptance: Acceptance<'_>) -> Result<Appointment, AcceptError> {
        let Acceptance { attempt, send, answer, month, taken_up, monthly_ceiling, entry, now } = acceptance;
        let school = attempt.school;
        // Where nothing is committed yet, the price alone decides.
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
            // Only where nothing else is against it: an attempt that lost its key may be committed.
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

    /// One send.
    pub async fn send(&self, school: SchoolId, send: SendId) -> Result<Option<Send>, StoreError> {
        let found = self.get(keys::send(school, send)).await?;
        found.map(|item| row::<SendRow>(item, "send").map(Send::from)).transpose()
    }
}

/// Notes on a send which one took up, last, what of it did not arrive.
fn resent(school: SchoolId, of: SendId, by: SendId) -> UpdateBuilder {
    Update::builder()
        .set_key(Some(keys::send(school, of).attributes()))
        .update_expression("SET resent_as = :by")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_values(":by", AttributeValue::S(by.to_string()))
}
